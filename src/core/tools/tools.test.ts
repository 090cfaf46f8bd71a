import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InvalidInputError } from '../errors.ts';
import { SAMPLE_PROFILE } from '../pipeline/planPipeline.ts';
import { loadRecipes } from '../pipeline/recipeLibrary.ts';
import { loadTemplateLibrary } from '../prompts/templateLibrary.ts';
import { runPipeline } from '../index.ts';
import { answerText, FOREIGN_TEXTS, inputSchemaOf, type ToolAnswer, type ToolContext } from './tool.ts';
import { TOOLS } from './tools.ts';

const library = fileURLToPath(new URL('../library/', import.meta.url));
const [templates, recipes] = await Promise.all([
  loadTemplateLibrary(join(library, 'prompts')),
  loadRecipes(join(library, 'recipes')),
]);
const base = await mkdtemp(join(tmpdir(), 'openline-tools-'));
after(() => rm(base, { recursive: true, force: true }));

const PIPELINE = `openline: 1
endpoint: sample
recipe: closed-qa
with:
  documents: [Tides are the rise and fall of sea level., A jetty is a landing stage.]
  n_openlines: 2
output: data/questions.jsonl
`;

async function workspace(name: string): Promise<{ folder: string; context: ToolContext }> {
  const folder = join(base, name);
  await mkdir(join(folder, '.openline'), { recursive: true });
  const context: ToolContext = {
    folders: [folder],
    library: () => Promise.resolve({ templates, recipes }),
    userTemplatesFolders: [],
    profilesOf: () => Promise.resolve({ profiles: [SAMPLE_PROFILE], defaults: {} }),
    signal: new AbortController().signal,
  };
  return { folder, context };
}

function tool(name: string) {
  const found = TOOLS.find((candidate) => candidate.name === name);
  assert.ok(found !== undefined, `no tool ${name}`);
  return found;
}

/** Calls a tool as a model would see it. */
async function call(name: string, input: unknown, context: ToolContext): Promise<ToolAnswer['facts']> {
  const answer = await tool(name).run(input, context);
  assert.ok(answerText(answer).length > 0);
  return JSON.parse(JSON.stringify(answer.facts)) as ToolAnswer['facts'];
}

test('every tool has a name, a description for models and a schema of its input', () => {
  assert.equal(new Set(TOOLS.map(({ name }) => name)).size, TOOLS.length);
  for (const each of TOOLS) {
    assert.match(each.name, /^[a-z]+(?:_[a-z]+)*$/u);
    assert.ok(each.description.length > 40, each.name);
    const schema = inputSchemaOf(each);
    assert.equal(schema['type'], 'object', each.name);
    for (const [parameter, about] of Object.entries(schema['properties'] ?? {})) {
      const description = (about as { description?: string }).description;
      assert.ok(description !== undefined, `${each.name}: ${parameter} says nothing of itself`);
    }
  }
});

test('recipes are listed, and one is told with its parameters', async () => {
  const { context } = await workspace('recipes');
  const all = await call('list_recipes', {}, context);
  assert.ok(JSON.stringify(all).includes('closed-qa'));
  const one = await call('list_recipes', { recipe: 'closed-qa' }, context);
  assert.ok('n_openlines' in (one['parameters'] as object));
  await assert.rejects(tool('list_recipes').run({ recipe: 'closed-qu' }, context), /did you mean `closed-qa`/u);
});

test('a proposal from a recipe is valid YAML that is written only where a file is named', async () => {
  const { folder, context } = await workspace('propose');
  const input = { recipe: 'closed-qa', with: { documents: ['One.'], n_openlines: 2 } };
  assert.equal(await tool('propose_pipeline').question(input, context), null);
  const proposed = await call('propose_pipeline', input, context);
  assert.equal(proposed['valid'], true);
  assert.equal(proposed['written'], null);

  const asked = await tool('propose_pipeline').question({ ...input, file: 'qa.openline.yaml' }, context);
  assert.deepEqual([asked?.kind, asked?.kind === 'write' && asked.path], ['write', 'qa.openline.yaml']);
  await call('propose_pipeline', { ...input, file: 'qa.openline.yaml' }, context);
  assert.equal(
    await readFile(join(folder, 'qa.openline.yaml'), 'utf8'),
    (proposed['yaml'] as string).replaceAll('closed-qa.jsonl', 'qa.jsonl'),
  );
  // A second time it would replace what the person may have edited.
  await assert.rejects(tool('propose_pipeline').question({ ...input, file: 'qa.openline.yaml' }, context), /already/u);
  await assert.rejects(tool('propose_pipeline').run({ ...input, file: 'qa.openline.yaml' }, context), /already/u);
});

test('a wrong proposal is told with line and nearest name, and nothing is written', async () => {
  const { folder, context } = await workspace('wrong');
  const yaml = 'openline: 1\nendpoint: sample\nrecipe: closed-qu\n';
  const input = { yaml, file: 'wrong.openline.yaml' };
  assert.equal(await tool('propose_pipeline').question(input, context), null);
  const told = await call('propose_pipeline', input, context);
  assert.equal(told['valid'], false);
  assert.match(JSON.stringify(told['problems']), /wrong\.openline\.yaml:3:9: .*closed-qa/u);
  await assert.rejects(readFile(join(folder, 'wrong.openline.yaml')));
});

test('tools stay inside the open folder, also through links and through what a pipeline names', async () => {
  const { folder, context } = await workspace('inside');
  const secret = join(base, 'secret.jsonl');
  await writeFile(secret, '{"password":"x"}\n');
  await symlink(secret, join(folder, 'link.jsonl'));
  for (const dataset of ['../secret.jsonl', secret, 'link.jsonl']) {
    await assert.rejects(tool('query_dataset').run({ dataset }, context), /outside/u, dataset);
  }
  const outside = { file: '../evil.openline.yaml', yaml: PIPELINE };
  await assert.rejects(tool('propose_pipeline').question(outside, context), /outside/u);
  const pipelines = {
    reads: PIPELINE.replace(/documents: .*/u, 'jsonl: ../secret.jsonl\n  field: password'),
    writes: PIPELINE.replace('data/questions.jsonl', '../stolen.jsonl'),
    template: `${PIPELINE}prompts: { questions: ../secret.prompt.md }\n`,
  };
  await writeFile(join(base, 'secret.prompt.md'), 'Secret {document} {n_openlines}\n');
  for (const [name, yaml] of Object.entries(pipelines)) {
    const told = await call('propose_pipeline', { yaml }, context);
    assert.equal(told['valid'], false, name);
    assert.match(JSON.stringify(told['problems']), /outside/u, name);
  }
});

test('an estimate names requests and who is asked; the question before a run binds to the text of the file', async () => {
  const { folder, context } = await workspace('estimate');
  await writeFile(join(folder, 'qa.openline.yaml'), PIPELINE);
  const facts = await call('estimate_run', { pipeline: 'qa.openline.yaml' }, context);
  assert.match(JSON.stringify(facts['endpoints']), /sample.*built in, no network/u);
  assert.ok((facts['requests'] as { likely: number }).likely >= 2);
  const input = { pipeline: 'qa.openline.yaml', budget: { requests: 5 } };
  const before = await tool('run_pipeline').question(input, context);
  assert.ok(before?.kind === 'run');
  assert.deepEqual(before.budget, { requests: 5 });
  assert.deepEqual(before.outputs, ['data/questions.jsonl']);
  await writeFile(join(folder, 'qa.openline.yaml'), `${PIPELINE}# edited\n`);
  const later = await tool('run_pipeline').question(input, context);
  assert.ok(later?.kind === 'run' && later.sha256 !== before.sha256);
});

test('a dataset is queried by a condition, in few rows, with long texts cut, and its texts are marked as data', async () => {
  const { folder, context } = await workspace('query');
  const rows = Array.from({ length: 300 }, (_, n) => ({
    id: String(n),
    n,
    text: 'x'.repeat(n === 299 ? 9000 : 3),
    deep: { score: n },
  }));
  await writeFile(join(folder, 'rows.jsonl'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\nnot json\n`);
  const answer = await tool('query_dataset').run(
    { dataset: 'rows.jsonl', where: 'deep.score >= 290', fields: ['id', 'deep.score', 'text'], limit: 4, offset: 6 },
    context,
  );
  assert.ok(answerText(answer).startsWith(FOREIGN_TEXTS));
  const { facts } = answer;
  assert.deepEqual([facts['records'], facts['matching'], facts['unreadable_lines']], [300, 10, 1]);
  const found = facts['rows'] as { line: number; id: string; 'deep.score': number; text: string }[];
  assert.deepEqual(
    found.map(({ line, id }) => [line, id]),
    [
      [297, '296'],
      [298, '297'],
      [299, '298'],
      [300, '299'],
    ],
  );
  assert.match(found[3]?.text ?? '', /… \(7500 characters more\)$/u);

  await assert.rejects(tool('query_dataset').run({ dataset: 'rows.jsonl', where: 'n >' }, context), InvalidInputError);
  const none = await call('query_dataset', { dataset: 'rows.jsonl', where: 'missing > 3' }, context);
  assert.deepEqual([none['matching'], none['condition_not_applicable']], [0, 300]);
  const huge = await tool('query_dataset').run({ dataset: 'rows.jsonl', limit: 200 }, context);
  assert.ok(answerText(huge).length < 120_000);
  await assert.rejects(tool('query_dataset').run({ dataset: 'rows.jsonl', limit: 5000 }, context), /limit/u);
});

test('runs, their records and what they turned down are told', async () => {
  const { folder, context } = await workspace('runs');
  const file = join(folder, 'qa.openline.yaml');
  const filter = PIPELINE.replace(
    /recipe[\s\S]*output/u,
    'steps:\n  - id: numbers\n    read: { values: [one, two, three], into: word }\n  - id: kept\n    filter: { when: word != "two" }\noutput',
  );
  await writeFile(file, filter);
  const summary = await runPipeline(file);
  assert.equal(summary.state, 'done', summary.error ?? '');
  const listed = await call('list_runs', {}, context);
  assert.match(JSON.stringify(listed), new RegExp(summary.run ?? '-', 'u'));
  const status = await call('run_status', {}, context);
  assert.deepEqual([status['state'], status['records'], status['discarded']], ['done', 2, 1]);
  const rejects = await call('explain_rejects', {}, context);
  assert.match(JSON.stringify(rejects['rejects']), /"step":"kept".*"count":1.*two/u);
  const queried = await call('query_dataset', {}, context);
  assert.equal(queried['records'], 2);
  const record = (queried['rows'] as { id: string }[])[0]?.id;
  const explained = await call('explain_record', { id: record }, context);
  assert.match(JSON.stringify(explained), /numbers/u);
  await assert.rejects(tool('run_status').run({ run: 'nothing' }, context), /no run nothing/u);
});
