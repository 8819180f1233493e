// The linter. Sources are read with their types, since the costliest mistakes here are promises nobody awaits.
// Formatting is prettier's, unused exports are knip's, and directions are dependency-cruiser's business.
import js from '@eslint/js'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const NAMED_EXPORTS_ONLY = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a default export is called something else in every file.',
  },
  { selector: 'ExportAllDeclaration', message: 'Export by name, so that the public face is read in one place.' },
]

const NO_TOP_LEVEL_AWAIT = [
  {
    selector: [
      'Program > ExpressionStatement > AwaitExpression',
      'Program > ForOfStatement[await=true]',
      'Program > :matches(VariableDeclaration, ExportNamedDeclaration > VariableDeclaration) > VariableDeclarator > AwaitExpression',
    ].join(', '),
    message: 'A module with a top-level await cannot be require()d.',
  },
]

const NO_HIDDEN_TIME_OR_CHANCE = [
  {
    selector: [
      'CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name="now"]',
      'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
      'NewExpression[callee.name="Date"][arguments.length=0]',
      'CallExpression[callee.name=/^set(Timeout|Interval)$/]',
    ].join(', '),
    message: 'Take a clock, or a source of chance, as a parameter: a test must not have to wait or to be lucky.',
  },
]

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    name: 'everywhere',
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-else-return': 'error',
      'no-implicit-coercion': ['error', { allow: ['!!'] }],
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },

  {
    name: 'scripts in plain JavaScript, without types',
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
  },

  {
    name: 'TypeScript, with types',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Promises: awaited, returned, or handed with a visible `void` to a loop that owns its errors.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      // The interfaces promise asynchronous methods; an implementation that needs no await is still right.
      '@typescript-eslint/require-await': 'off',

      // A union that grows must be noticed wherever it is decided upon; a default for "anything else" hides that.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-unused-vars': 'off',

      // An abort's reason is whatever its owner gave, and is passed on as it is.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // The compiler narrows `signal.aborted` and does not widen it again after an await, where it may have changed.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // State lives in closures: no method here has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',

      // Numbers read well in a template; objects and undefined do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => void (isOurs && wake())` and `() => clearTimeout(timer)` are clear enough.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // A type parameter that is used once still documents a relation, and spares the caller a cast.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A driver may give text where the types of the query say number: only at runtime is the conversion no luxury.
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // The compiler's noPropertyAccessFromIndexSignature style: `env['NAME']` says that the name is not checked.
      '@typescript-eslint/dot-notation': 'off',
      // Environments and headers are dictionaries.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // `type` is taken for unions and mapped types, `interface` for shapes; both are judgement.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },

  {
    name: 'sources',
    files: ['packages/*/src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...NAMED_EXPORTS_ONLY, ...NO_TOP_LEVEL_AWAIT],
      // Input is parsed, not believed. `as const` and `satisfies` are no assertions in this sense.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },

  {
    name: 'where rows leave the database, which alone knows their types',
    files: ['packages/*/src/row-mapping.ts', 'packages/*/src/*-dialect.ts'],
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }] },
  },

  {
    name: 'the library, whose time and chance are parameters',
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/cli/**', '**/clock.ts', '**/testing/**'],
    rules: {
      'no-restricted-syntax': ['error', ...NAMED_EXPORTS_ONLY, ...NO_TOP_LEVEL_AWAIT, ...NO_HIDDEN_TIME_OR_CHANCE],
    },
  },

  {
    name: 'tests',
    files: ['**/test/**/*.ts', 'tests/**/*.ts', 'chaos/**/*.ts', 'packages/*/src/testing/**/*.ts'],
    rules: {
      // A test may take what it has just put there, and hand a fake to what expects the whole.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
      // Output is parsed as it comes: the assertions say what it must be.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Terminals are told what to do by control characters.
      'no-control-regex': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
)
