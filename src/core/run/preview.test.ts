import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LIBRARY } from '../../../test/support/openQaPlan.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { planPipeline } from '../pipeline/planPipeline.ts';
import { loadRecipes } from '../pipeline/recipeLibrary.ts';
import { loadTemplateLibrary } from '../prompts/templateLibrary.ts';
import type { JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';
import { startRun } from './runPipeline.ts';
import { readPreviewedSteps } from './stepRecords.ts';

const http = createHttpFetch();
const profiles = [{ name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample' }) }];
const root = mkdtempSync(join(tmpdir(), 'openline-preview-'));
after(async () => {
  rmSync(root, { recursive: true, force: true });
  await http.close();
});

async function dialogues(parameters: JsonObject, mode: 'run' | 'preview'): Promise<RunSummary> {
  const templates = await loadTemplateLibrary(join(LIBRARY, 'prompts'));
  const recipes = await loadRecipes(join(LIBRARY, 'recipes'));
  // JSON is YAML.
  const text = JSON.stringify({ openline: 1, endpoint: 'sample', recipe: 'dialogue', with: parameters });
  const file = join(root, 'demo.openline.yaml');
  const { plan } = await planPipeline({ file, text }, { templates, recipes, profiles, root, overrides: {} });
  return startRun({ plan, text, root, mode, profiles, http, version: 'test' });
}

test('a preview of dialogues asks for those it shows and no others, also where there are earlier runs', async () => {
  await dialogues({ openlines: ['Something else?'], n_user_turns: 1 }, 'run');
  const openlines = Array.from({ length: 10 }, (_, index) => `Opening ${index}?`);
  const preview = await dialogues({ openlines, n_user_turns: 3 }, 'preview');
  // Three dialogues of three answers with two user turns in between.
  assert.deepEqual([preview.records, preview.requests], [3, 15]);
  const again = await dialogues({ openlines, n_user_turns: 3 }, 'preview');
  assert.deepEqual([again.records, again.requests, again.reused], [3, 0, 15]);
});

test('a preview keeps what every step asked and made, and why not', async () => {
  const templates = await loadTemplateLibrary(join(LIBRARY, 'prompts'));
  const recipes = await loadRecipes(join(LIBRARY, 'recipes'));
  const file = join(root, 'inside.openline.yaml');
  const text = `openline: 1
endpoint: sample
steps:
  - id: topics
    read: { values: [Tides, Harbours, Fog, Buoys], into: topic }
  - id: questions
    generate:
      prompt: { text: 'Please generate {n_openlines} questions about {topic}.' }
      values: { n_openlines: 2 }
      expect: { list: question }
  - id: kept
    filter: { when: 'topic != "Tides"' }
`;
  const { plan } = await planPipeline({ file, text }, { templates, recipes, profiles, root, overrides: {} });
  const folders: string[] = [];
  const onStarted = (_run: string, folder: string): void => void folders.push(folder);
  const started = { plan, text, root, profiles, http, version: 'test', onStarted } as const;
  const { records } = await startRun({ ...started, mode: 'preview' });
  const steps = await readPreviewedSteps(folders[0] ?? '');
  assert.deepEqual([...steps.keys()].sort(), ['kept', 'questions', 'topics']);
  const questions = steps.get('questions') ?? assert.fail();
  const [first] = questions.questions;
  assert.match(first?.messages[0]?.content ?? '', /^Please generate 2 questions about Tides\.$/u);
  assert.ok((first?.answers[0] ?? '') !== '');
  const made = questions.records.filter(({ at }) => at.includes(first?.address ?? ''));
  assert.equal(made.length, 2);
  const question = made[0]?.fields['question'];
  assert.ok(typeof question === 'string' && first?.answers[0]?.includes(question) === true);
  const kept = steps.get('kept') ?? assert.fail();
  assert.ok(kept.records.length >= records && kept.records.every(({ fields }) => fields['topic'] !== 'Tides'));
  assert.ok(kept.rejects.length >= 2 && kept.rejects.every(({ fields }) => fields['topic'] === 'Tides'));

  // A run keeps no more than it did.
  await startRun({ ...started, mode: 'run' });
  assert.equal((await readPreviewedSteps(folders[1] ?? '')).get('topics'), undefined);
});
