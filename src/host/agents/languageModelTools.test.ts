import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { inputSchemaOf } from '../../core/tools/tool.ts';
import { TOOLS } from '../../core/tools/tools.ts';
import { CHAT_PARTICIPANT, LANGUAGE_MODEL_TOOLS, TOOL_PREFIX } from '../ids.ts';

const manifest = z.object({
  contributes: z.object({
    languageModelTools: z.array(
      z.object({ name: z.string(), modelDescription: z.string(), inputSchema: z.unknown(), when: z.string() }),
    ),
    chatParticipants: z.array(z.object({ id: z.string() })),
  }),
});
const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
const { contributes } = manifest.parse(parseJson(text));

test('the manifest, the editor and the definitions know the same tools; `npm run schemas` brings the manifest up to date', () => {
  const defined = TOOLS.map(({ name }) => `${TOOL_PREFIX}${name}`);
  assert.deepEqual(
    LANGUAGE_MODEL_TOOLS.map((name) => `${TOOL_PREFIX}${name}`),
    defined,
  );
  assert.deepEqual(
    contributes.languageModelTools.map(({ name }) => name),
    defined,
  );
  for (const [index, tool] of TOOLS.entries()) {
    const told = contributes.languageModelTools[index];
    assert.equal(told?.modelDescription, tool.description, tool.name);
    assert.deepEqual(told.inputSchema, JSON.parse(JSON.stringify(inputSchemaOf(tool))), tool.name);
    assert.equal(told.when, 'isWorkspaceTrusted');
  }
  assert.deepEqual(
    contributes.chatParticipants.map(({ id }) => id),
    [CHAT_PARTICIPANT],
  );
});
