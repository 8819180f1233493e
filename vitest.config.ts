import { defineConfig } from 'vitest/config'
import { removeProductSettings } from './tests/product-settings.ts'

// Here and not in a setup file: the test processes, and whatever they start, inherit from this one.
removeProductSettings(process.env)

export default defineConfig({
  // Packages resolve each other to their sources, so that a test needs no build. Vite's own conditions are
  // repeated because setting the list replaces them.
  ssr: { resolve: { conditions: ['@ytscriptify/source', 'module', 'node', 'development|production'] } },
  test: {
    globalSetup: './test-servers/src/global-setup.mjs',
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/test/**/*.test.ts',
      'chaos/test/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
