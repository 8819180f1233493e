// The one build configuration of every package: ESM for Node.js 20 and newer, with types.
import { defineConfig, type Options } from 'tsup'

/** `YTSCRIPTIFY_SKIP_TYPES=1` leaves out the declarations: running and testing need only the JavaScript. */
export const buildOf = (entry: NonNullable<Options['entry']>, special: Options = {}): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    clean: true,
    treeshake: true,
    // tsup still passes `baseUrl`, which TypeScript 6 calls deprecated.
    dts: process.env['YTSCRIPTIFY_SKIP_TYPES'] === '1' ? false : { compilerOptions: { ignoreDeprecations: '6.0' } },
    ...special,
  })
