import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../support/machine.ts';

const rules = ['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax'];

// These rules need no types; without them lint takes any file name, whether or not such a file exists.
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => rules.includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** What lint says about a file that has this one line. */
async function verdict(file: string, line: string): Promise<string[]> {
  const results = await eslint.lintText(`${line}\n`, { filePath: join(root, file) });
  return results.flatMap(({ messages }) => messages.map(({ message }) => message));
}

describe('import directions', () => {
  const refused = [
    ['src/core/errors.ts', `import * as vscode from 'vscode';`],
    ['src/core/errors.ts', `import type { Uri } from 'vscode';`],
    ['src/core/errors.ts', `import '../host/extension.ts';`],
    ['src/core/errors.ts', `void import('../host/extension.ts');`],
    ['src/core/errors.ts', `export type Uri = import('vscode').Uri;`],
    ['src/core/run/events.ts', `export { x } from '../../cli/main.ts';`],
    ['src/core/run/events.ts', `import type { x } from '../../protocol/studio.ts';`],
    ['src/core/run/events.ts', `import '../../../webview/studio/main.ts';`],
    ['src/core/run/events.ts', `import { request } from 'undici';`],
    ['src/core/run/events.ts', `import OpenAI from 'openai';`],
    ['src/core/endpoints/profile.ts', `import * as vscode from 'vscode';`],
    ['src/cli/main.ts', `import * as vscode from 'vscode';`],
    ['src/cli/main.ts', `import '../host/extension.ts';`],
    ['src/protocol/studio.ts', `import { OpenlineError } from '../core/errors.ts';`],
    ['src/protocol/studio.ts', `import '../host/extension.ts';`],
    ['src/host/extension.ts', `import '../cli/main.ts';`],
    ['src/host/extension.ts', `import '../../webview/studio/main.ts';`],
    ['src/host/extension.ts', `import { Agent } from 'undici';`],
    ['webview/studio/main.ts', `import type { Key } from '../../src/core/record/key.ts';`],
    ['webview/studio/main.ts', `import '../../src/host/extension.ts';`],
    ['webview/studio/main.ts', `import { vsCodeButton } from '@vscode/webview-ui-toolkit';`],
    ['webview/studio/main.ts', `import { join } from 'node:path';`],
  ] as const;
  for (const [file, line] of refused) {
    it(`refuses ${line} in ${file}`, async () => {
      const messages = await verdict(file, line);
      assert.equal(messages.length, 1);
      assert.doesNotMatch(messages[0] ?? '', /Parsing error/);
    });
  }

  const allowed = [
    ['src/core/endpoints/profile.ts', `import { request } from 'undici';`],
    ['src/core/run/events.ts', `import { OpenlineError } from '../errors.ts';`],
    ['src/cli/main.ts', `import { OpenlineError } from '../core/errors.ts';`],
    ['src/protocol/studio.ts', `import type { OpenlineError } from '../core/errors.ts';`],
    ['src/host/extension.ts', `import { OpenlineError } from '../core/errors.ts';`],
    ['src/host/extension.ts', `import * as vscode from 'vscode';`],
    ['webview/studio/main.ts', `import { x } from '../../src/protocol/studio.ts';`],
    ['webview/ui/toolkit.ts', `import { vsCodeButton } from '@vscode/webview-ui-toolkit';`],
  ] as const;
  for (const [file, line] of allowed) {
    it(`allows ${line} in ${file}`, async () => assert.deepEqual(await verdict(file, line), []));
  }
});
