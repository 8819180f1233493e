import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Packages resolve each other to their sources, so that a test needs no build. Vite's own conditions are
  // repeated because setting the list replaces them.
  ssr: { resolve: { conditions: ['@ytscriptify/source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/test/**/*.test.ts', 'chaos/test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
