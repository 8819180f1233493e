// Who may import whom. Each rule says what it protects; docs/architecture.md draws the picture.
// Type-only imports count: a type cycle ties two files together as firmly as a value does.

/** The files behind the `exports` of a package. */
const ENTRIES =
  '^packages/[^/]+/src/(index|testing/index|testing/model/index|metrics/index|text/index|zip/index|timed-text/index|yt-dlp/index|lister/index|options)[.]ts$'
/** Code that is built from the others' sources but published by nobody. */
const TESTS_AND_TOOLS = '(^packages/[^/]+/test/|^(tests|scripts|examples|bench|chaos|test-servers)/)'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-imports-no-other-package',
      comment: 'The engine knows only its own interfaces. What it needs from outside comes in as an argument.',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'text-needs-nothing-of-node',
      comment:
        'What is made of a text is made in pages too. What needs Node.js, as archives do, has an entry of its own.',
      severity: 'error',
      from: { path: '^packages/core/src/text/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'parts-import-only-core',
      comment: 'Storages, queues, sources and notifiers are chosen one by one, so none may bring along another.',
      severity: 'error',
      from: {
        path: '^packages/((?:adapter|queue|source|notifier)-[^/]+|storage-sql)/',
        pathNot: '^packages/[^/]+/test/',
      },
      to: { path: '^packages/(?!core/|$1/|storage-sql/)' },
    },
    {
      name: 'tests-of-parts-keep-jobs-in-memory',
      comment: 'What proves one part needs something that keeps jobs, and no other part besides.',
      severity: 'error',
      from: { path: '^packages/((?:adapter|queue|source|notifier)-[^/]+|storage-sql)/test/' },
      to: { path: '^packages/(?!core/|$1/|storage-sql/|adapter-memory/)' },
    },
    {
      name: 'only-sql-adapters-import-storage-sql',
      comment: 'The shared SQL is a building block of the SQL adapters. A queue or a source has no business in it.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/(storage-sql|adapter-(sqlite|postgres))/' },
      to: { path: '^packages/storage-sql/' },
    },
    {
      name: 'http-server-imports-only-core',
      comment: 'The server is given a service. Which storage or queue is behind it, only the command knows.',
      severity: 'error',
      from: { path: '^packages/http-server/src/' },
      to: { path: '^packages/(?!core/|http-server/)' },
    },
    {
      name: 'the-server-loads-no-metrics',
      comment:
        'Their library takes longer to load than the server to start. It knows them by the interface that it calls.',
      severity: 'error',
      from: { path: '^packages/http-server/src/', pathNot: '^packages/http-server/src/metrics/' },
      to: { path: '^packages/http-server/src/metrics/', pathNot: '/metrics/metrics[.]ts$' },
    },
    {
      name: 'nothing-imports-the-command',
      comment: 'The command is the one place that knows every package, so nothing may depend on it.',
      severity: 'error',
      from: { path: '^packages/(?!cli/)' },
      to: { path: '^packages/cli/' },
    },
    {
      name: 'a-package-is-entered-through-its-exports',
      comment: 'Everything but the entries of a package is free to move. Import it by its name.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/(?!$1/)', pathNot: ENTRIES },
    },
    {
      name: 'a-package-is-named-not-reached-into',
      comment: 'A relative path into another package works only in this workspace. Import the package by its name.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/(?!$1/)', dependencyTypes: ['local'] },
    },
    {
      name: 'outsiders-enter-through-the-exports-too',
      comment: 'Examples and benches show what users can do, so they import what users can import.',
      severity: 'error',
      from: { path: '^(examples|bench|chaos|tests|scripts)/' },
      to: {
        path: '^packages/',
        pathNot: [ENTRIES, '^packages/[^/]+/(dist|node_modules)/', '^packages/[^/]+/package[.]json$'],
      },
    },
    {
      name: 'sources-never-import-tests',
      comment: 'What is published must not depend on what only proves it.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: TESTS_AND_TOOLS },
    },
    {
      name: 'sources-never-import-test-kits',
      comment: 'The kits under /testing are for tests. Only another kit, or the demo of the command, may use one.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '^packages/[^/]+/src/testing/' },
      to: { path: '^packages/[^/]+/src/testing/' },
    },
    {
      name: 'no-index-from-inside',
      comment:
        'index.ts is the face shown to others. From inside, import the file itself: it loads less and makes no cycle.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: ['^packages/$1/src/index[.]ts$', '^packages/$1/src/.+/index[.]ts$'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files of a cycle can only be understood, tested and moved together. Types count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere: a typing error, or a path that the exports of a package do not have.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'sources-import-only-declared-dependencies',
      comment: 'What is not in the package.json works here by luck and nowhere else.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
    {
      name: 'sources-import-no-development-dependencies',
      comment: 'Whoever installs a package does not get them. Only the command, which bundles them, may import them.',
      severity: 'error',
      from: { path: '^packages/(?!cli/)[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
  ],
  options: {
    exclude: '^packages/[^/]+/dist/',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // The workspace's own condition first, so that an import of a package leads to its sources.
      conditionNames: ['@ytscriptify/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
      mainFields: ['module', 'main'],
    },
  },
}
