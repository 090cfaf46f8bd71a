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
