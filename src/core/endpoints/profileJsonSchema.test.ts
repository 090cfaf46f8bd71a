import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Validator } from '@cfworker/json-schema';
import * as z from 'zod';
import { parseJson } from '../record/json.ts';
import { profileJsonSchema } from './profileJsonSchema.ts';

const read = async (path: string): Promise<unknown> =>
  parseJson(await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8'));

test('the setting says what the validators say (else: npm run schemas)', async () => {
  const setting = z.object({ additionalProperties: z.unknown() });
  const properties = z.object({ 'openline.endpoints': setting });
  const manifest = z.object({ contributes: z.object({ configuration: z.object({ properties }) }) });
  const { contributes } = manifest.parse(await read('package.json'));
  const written = contributes.configuration.properties['openline.endpoints'].additionalProperties;
  assert.deepEqual(written, profileJsonSchema());
});

test('a profile is told from what is none, field by field', () => {
  const validator = new Validator(profileJsonSchema(), '7');
  const isRight = (profile: unknown): boolean => validator.validate(profile).valid;
  assert.ok(isRight({ base_url: 'http://localhost:8000/v1', model: 'm', tags: ['fast'], auth: { header: 'api-key' } }));
  assert.ok(isRight({ kind: 'openai-completions', formatter: { tokenizer: 'models/llama' } }));
  assert.ok(isRight({ kind: 'pool', replicas: ['one', 'two'], max_concurrency: 4 }));
  for (const wrong of [{ kind: 'grpc' }, { modle: 'm' }, { preset: 'groc' }, { formatter: 'chatml' }, { rpm: -1 }])
    assert.ok(!isRight(wrong), JSON.stringify(wrong));
});
