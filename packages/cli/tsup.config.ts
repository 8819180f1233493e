import { buildOf } from '../../tsup.config.base.ts'
import { thirdPartyNotices } from './bundle/third-party-notices.ts'

// One bundle, so that the command starts fast: docs/decisions/0040-the-command-is-bundled.md
export default buildOf(
  { main: 'src/main.ts' },
  {
    // What package.json lists as a dependency is left to the installation, as ever; everything else goes in.
    esbuildPlugins: [thirdPartyNotices()],
    esbuildOptions(options) {
      // Packages of the workspace come from their sources, so that no other build has to come first.
      options.conditions = ['@ytscriptify/source', 'module']
      // Names and lines are enough for a stack trace.
      options.sourcesContent = false
    },
    // For packages in CommonJS, commander among them, that require what Node.js brings along.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    // Rollup, behind this switch, takes ten times as long for a result of the same size.
    treeshake: false,
    // A command has no types to show.
    dts: false,
  },
)
