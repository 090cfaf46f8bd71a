/** Lint: the strictest type-aware rules, and the one way that imports may point (CONTRIBUTING.md, "Architecture"). */
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

/**
 * Patterns that refuse imports from the named rooms, wherever the importing file lies.
 *
 * @param {string[]} rooms @param {string} why
 */
const fromRooms = (rooms, why) => ({ regex: `^(?:\\.{1,2}/)+(?:src/)?(?:${rooms.join('|')})(?:/|$)`, message: why });

/** @param {string[]} names @param {string} why */
const fromPackages = (names, why) => ({ regex: `^(?:${names.join('|')})(?:/|$)`, message: why });

const noEditor = fromPackages(['vscode'], 'Only src/host knows the editor.');
const noNetwork = fromPackages(['undici', 'openai'], 'Only src/core/endpoints speaks to services.');
const toolkit = '@vscode/webview-ui-toolkit';
const noToolkit = fromPackages(
  [toolkit],
  'It is imported in webview/ui/toolkit.ts alone, so that it can be replaced there.',
);
const noNode = fromPackages(['node:[^/]+'], 'A webview runs in a browser.');

const core = fromRooms(['cli', 'protocol', 'host', 'webview'], 'core stands alone: nothing above it may be imported.');
const cli = fromRooms(['protocol', 'host', 'webview'], 'The command is built on core alone.');
const protocol = fromRooms(['cli', 'host', 'webview'], 'The protocol is built on core alone.');
const protocolTypes = { ...fromRooms(['core'], 'The protocol takes only types from core.'), allowTypeImports: true };
const host = fromRooms(['cli', 'webview'], 'The host is built on protocol and core.');
const webview = fromRooms(['core', 'cli', 'host'], 'A webview knows the protocol alone, and core’s types through it.');

/** The rule above sees neither `import('…')` nor `typeof import('…')`. @param {Pattern} pattern */
const inExpressions = ({ regex, message, allowTypeImports }) => {
  // A slash would end the regular expression inside a selector.
  const literal = `Literal[value=/${regex.replaceAll('/', '\\u002F')}/]`;
  const forms = [`ImportExpression > ${literal}`, ...(allowTypeImports ? [] : [`TSImportType ${literal}`])];
  return forms.map((selector) => ({ selector, message }));
};

/**
 * @typedef {{ regex: string, message: string, allowTypeImports?: boolean }} Pattern
 * @param {string[]} files
 * @param {Pattern[]} patterns @param {string[]} [ignores]
 * @returns {import('eslint').Linter.Config}
 */
const arrows = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...patterns.flatMap(inExpressions)],
  },
});

const tests = ['**/*.test.ts'];

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'test/fixtures/', '**/.openline/']),
  eslint.configs.recommended,
  typescript.configs.strictTypeChecked,
  typescript.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // A getter may be a literal where a subclass decides; a field could not be overridden by one.
      '@typescript-eslint/class-literal-property-style': 'off',
      // The compiler knows what is defined, in JavaScript too.
      'no-undef': 'off',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // A test's promise belongs to the runner.
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it', 'suite', 'test'] },
          ],
        },
      ],
      // The compiler says the same, and lets a leading underscore mark what has to be there.
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  arrows(['src/core/**/*.ts'], [noEditor, noToolkit, core, noNetwork], ['src/core/endpoints/**']),
  arrows(['src/core/endpoints/**/*.ts'], [noEditor, noToolkit, core]),
  arrows(['src/cli/**/*.ts'], [noEditor, noToolkit, cli, noNetwork]),
  arrows(['src/protocol/**/*.ts'], [noEditor, noToolkit, protocol, protocolTypes, noNetwork, noNode], tests),
  arrows(['src/protocol/**/*.test.ts'], [noEditor, noToolkit, protocol, protocolTypes, noNetwork]),
  arrows(['src/host/**/*.ts'], [noToolkit, host, noNetwork]),
  arrows(['webview/**/*.ts'], [noEditor, noToolkit, webview, noNetwork, noNode], ['webview/ui/toolkit.ts', ...tests]),
  arrows(['webview/**/*.test.ts'], [noEditor, noToolkit, webview, noNetwork]),
  arrows(['webview/ui/toolkit.ts'], [noEditor, webview, noNetwork, noNode]),
  {
    files: ['src/core/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'core is told, it does not look.' },
      ],
    },
  },
  {
    files: ['src/host/**/*.ts'],
    ignores: ['src/host/input/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['showQuickPick', 'showInputBox', 'createQuickPick', 'createInputBox'].map((property) => ({
          property,
          message: 'src/host/input asks, so that a question is not gone when a page takes the focus.',
        })),
      ],
    },
  },
  {
    // VS Code's own functions give and take disposables that are no instances of its class.
    files: ['src/host/**/*.ts', 'test/host/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  { files: ['*.config.mjs'], rules: { 'no-restricted-exports': 'off' } },
);
