/** Lint: strict and type-aware for what is shipped, the same with a few freedoms for tests and examples, plain for scripts. */
import comments from '@eslint-community/eslint-plugin-eslint-comments/configs';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { fileComment } from './scripts/lint-rules/file-comment.mjs';

const SHIPPED = ['packages/*/src/**/*.ts'];
const PORTABLE = ['packages/{core,testing}/src/**/*.ts'];
const TESTS = [
  'packages/*/test/**/*.ts',
  'packages/*/test-types/**/*.ts',
  'packages/testing/jest/**/*.ts',
  // Shipped, but tests by nature.
  'packages/testing/src/compliance/cases/**/*.ts',
];
const EXAMPLES = ['examples/**/*.ts'];

const ASKS_FOR_A_DIALECT_BY_NAME =
  'MemberExpression[property.name="name"]:matches([object.name=/dialect$/i], [object.property.name=/dialect$/i])';
const NO_DIALECT_NAMES = {
  message: 'Ask the dialect for a capability, not for its name: only the dialect packages know which engine they are.',
};

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/dist/', '**/coverage/', 'benchmarks/results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  comments.recommended,
  {
    rules: {
      '@eslint-community/eslint-comments/require-description': ['error', { ignore: ['eslint-enable'] }],
      '@eslint-community/eslint-comments/disable-enable-pair': ['error', { allowWholeFile: true }],
      eqeqeq: ['error', 'always'],
      'object-shorthand': 'error',
      'prefer-template': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A new kind of an own union must be met everywhere: a default branch does not stand for it.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      // With noUncheckedIndexedAccess an index that is known to be there needs its `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `get<T>(…): T` is how an API of entity classes is typed.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An entity class may be all decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowConstructorOnly: true }],
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      '@typescript-eslint/unified-signatures': [
        'error',
        { ignoreDifferentlyNamedParameters: true, ignoreOverloadsWithDifferentJSDoc: true },
      ],
      // Computed types come out empty for entities that have nothing of the kind asked for.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // A public interface over a class with private state is narrowed to that class by its own module.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: SHIPPED,
    plugins: { local: { rules: { 'file-comment': fileComment } } },
    rules: {
      'local/file-comment': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/max-params': ['error', { max: 4, countVoidThis: false }],
      'no-console': 'error',
    },
  },
  {
    files: PORTABLE,
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `BinaryExpression[operator=/^[!=]==?$/] > ${ASKS_FOR_A_DIALECT_BY_NAME}`, ...NO_DIALECT_NAMES },
        { selector: `SwitchStatement > ${ASKS_FOR_A_DIALECT_BY_NAME}.discriminant`, ...NO_DIALECT_NAMES },
      ],
    },
  },
  {
    files: [...TESTS, ...EXAMPLES],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Type tests name values only to ask for their type.
    files: ['packages/*/test-types/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
    },
  },
  {
    // Compiled elsewhere: the benchmarks beside their own packages, the consumer in the project that has the tarballs.
    files: ['benchmarks/**/*.ts', 'scripts/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.cjs', '*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
    },
  },
);
