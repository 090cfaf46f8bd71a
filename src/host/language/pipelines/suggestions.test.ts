import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ENDPOINTS_SCHEMA_FILE, editorSchemas, PIPELINE_SCHEMA_FILE } from '../../../core/pipeline/editorSchemas.ts';
import { loadRecipes } from '../../../core/pipeline/recipeLibrary.ts';
import { SAMPLE_PROFILE } from '../../../core/pipeline/planContext.ts';
import { endpointProfileSchema } from '../../../core/endpoints/profile.ts';
import { namesOf, promptKeys, type NameFacts } from './pipelineNames.ts';
import { suggestionsAt, type Suggestion, type SuggestionSource } from './suggestions.ts';
import { roleInPipeline, roleInProfiles } from './valueRole.ts';
import { yamlPlaceAt } from './yamlPlace.ts';

const recipesFolder = new URL('../../../core/library/recipes/', import.meta.url).pathname;
let pipelines: SuggestionSource;
let profiles: SuggestionSource;

before(async () => {
  const schemas = await editorSchemas(recipesFolder);
  const nvidia = { kind: 'openai', base_url: 'https://integrate.example/v1', model: 'nvidia/big:1' };
  const facts: NameFacts = {
    recipes: await loadRecipes(recipesFolder),
    profiles: [SAMPLE_PROFILE, { name: 'nvidia', profile: endpointProfileSchema.parse(nvidia) }],
    templates: [{ value: 'closed-qa', description: 'Questions about a document' }],
    fields: new Map([
      ['docs', new Set(['text', 'source'])],
      ['questions', new Set(['text', 'source', 'question'])],
    ]),
  };
  const namesAt: SuggestionSource['namesOf'] = (role, place) => namesOf(role, place, facts);
  const shared = { namesOf: namesAt, skeletons: () => [] };
  pipelines = {
    ...shared,
    schema: schemas[PIPELINE_SCHEMA_FILE] ?? {},
    roleOf: roleInPipeline,
    keysOf: (place) => promptKeys(place, facts),
  };
  profiles = { ...shared, schema: schemas[ENDPOINTS_SCHEMA_FILE] ?? {}, roleOf: roleInProfiles, keysOf: () => [] };
});

/** What is suggested at the `|` of a text. */
function at(text: string, source = pipelines, schemaIsOffered = false): readonly Suggestion[] {
  const head = text.slice(0, text.indexOf('|'));
  const line = head.split('\n').length - 1;
  const place = yamlPlaceAt(text.replace('|', ''), line, head.length - (head.lastIndexOf('\n') + 1));
  assert.ok(place !== undefined);
  const indent = /^ */u.exec(text.split('\n')[line] ?? '')?.[0].length ?? 0;
  return suggestionsAt(place, source, { schemaIsOffered, indent });
}
const labels = (suggestions: readonly Suggestion[]): readonly string[] => suggestions.map(({ label }) => label);

const steps = `openline: 1
endpoint: nvidia
steps:
  - id: docs
    read: { files: docs/*.md }
  - id: questions
    generate:
      prompt: closed-qa
      expect: { list: question }
`;

describe('suggestions in a pipeline', () => {
  it('are the keys of the place that are not there yet, with their descriptions', () => {
    const top = at('openline: 1\nrecipe: open-qa\n|');
    assert.ok(labels(top).includes('with') && labels(top).includes('output'));
    assert.ok(!labels(top).includes('recipe') && !labels(top).includes('steps'));
    assert.ok(top.every(({ description }) => description !== ''));
    const inner = labels(at(`${steps}      |`));
    assert.ok(inner.includes('bind') && inner.includes('endpoint'));
    assert.ok(!inner.includes('prompt') && !inner.includes('id'));
  });

  it('are one kind for each step', () => {
    assert.ok(labels(at(`${steps}  - id: x\n    |`)).includes('filter'));
    const after = labels(at(`${steps}    |`));
    assert.ok(after.includes('from') && !after.includes('filter'));
  });

  it('are the recipes, and their parameters', () => {
    const recipes = at('openline: 1\nrecipe: |\n');
    assert.ok(recipes.some(({ label, description }) => label === 'open-qa' && description !== ''));
    const parameters = labels(at('recipe: open-qa\nwith:\n  n_macro_topics: 2\n  |'));
    assert.ok(parameters.includes('n_subtopics') && !parameters.includes('n_macro_topics'));
    assert.ok(!labels(at('recipe: closed-qa\nwith: { | }\n')).includes('n_macro_topics'));
    assert.deepEqual(labels(at('recipe: open-qa\nwith: { on_mismatch: | }\n')), ['trim', 'keep', 'discard', 'fail']);
  });

  it('are the values that the schema names', () => {
    assert.ok(labels(at(`${steps}outputs:\n  - path: x\n    format: |\n`)).includes('openai-chat'));
    assert.deepEqual(labels(at('conversion:\n  mode: |\n')), ['auto', 'local', 'model']);
    assert.ok(labels(at(`${steps}  - id: f\n    filter:\n      checks: [|]\n`)).includes('refusal'));
    assert.ok(labels(at(`${steps}  - id: f\n    filter:\n      checks:\n        - |\n`)).includes('refusal'));
  });

  it('are steps to read from, never the step itself', () => {
    assert.deepEqual(labels(at(`${steps}  - id: f\n    from: |\n`)), ['docs', 'questions']);
    assert.deepEqual(labels(at(`${steps}  - id: f\n    from: [docs, |]\n`)), ['docs', 'questions']);
    assert.deepEqual(labels(at(`${steps}outputs:\n  - from: |\n`)), ['docs', 'questions']);
  });

  it('are profiles, models and templates, in quotes where YAML needs them', () => {
    assert.deepEqual(labels(at('endpoint: |\n')), ['sample', 'nvidia']);
    assert.deepEqual(
      at('endpoint: nvidia\nmodel: |\n').map(({ text }) => text),
      ['"nvidia/big:1"', 'sample'],
    );
    assert.equal(at('endpoint: nvidia\nmodel: "|"\n')[0]?.text, 'nvidia/big:1');
    assert.deepEqual(labels(at('recipe: open-qa\nprompts:\n  subtopics: |\n')), ['closed-qa']);
    assert.ok(labels(at('recipe: open-qa\nprompts:\n  |\n')).includes('subtopics'));
  });

  it('are the fields of the records that come in, and of an output', () => {
    assert.deepEqual(labels(at(`${steps}      bind: { document: | }\n`)), ['text', 'source']);
    assert.deepEqual(labels(at(`${steps}  - id: d\n    dedup: { fields: [|] }\n`)), ['text', 'source', 'question']);
    const from = `${steps}outputs:\n  - { from: questions, path: x, fields: [|] }\n`;
    assert.deepEqual(labels(at(from)), ['id', 'text', 'source', 'question']);
    assert.deepEqual(labels(at(`${steps}  - id: j\n    judge: { into: | }\n`)), [], 'a new name is nobody’s to guess');
  });

  it('go on where the value stands, below and further in for maps and lists', () => {
    const of = (text: string, label: string) => at(text).find((one) => one.label === label)?.snippet;
    assert.equal(of('recipe: open-qa\n|', 'with'), 'with:\n  $0');
    assert.equal(of('openline: 1\n|', 'steps'), 'steps:\n  - $0');
    assert.equal(of('openline: 1\n|', 'endpoint'), 'endpoint: $0');
    assert.equal(of(`${steps}  - |`, 'filter'), 'filter:\n    $0');
    const inBraces = at('conversion: { | }\n').find(({ label }) => label === 'mode');
    assert.deepEqual([inBraces?.snippet, inBraces?.text], [undefined, 'mode: ']);
    assert.equal(at('openline: 1\nout|: x\n').find(({ label }) => label === 'output')?.text, 'output');
  });

  it('leave to another extension what the schema says', () => {
    assert.deepEqual(labels(at('endpoint: |\n', pipelines, true)), ['sample', 'nvidia']);
    assert.deepEqual(labels(at('openline: 1\n|', pipelines, true)), []);
  });
});

describe('suggestions in the profiles', () => {
  it('are keys, values, other profiles and services', () => {
    const text = 'endpoints:\n  local:\n    kind: openai\n';
    assert.ok(labels(at(`${text}    |`, profiles)).includes('base_url'));
    assert.ok(labels(at('endpoints:\n  local:\n    kind: |\n', profiles)).includes('nemo-deploy'));
    assert.deepEqual(labels(at('default: |\n', profiles)), ['sample', 'nvidia']);
    assert.deepEqual(labels(at(`${text}    replicas: [|]\n`, profiles)), ['sample', 'nvidia']);
    assert.ok(labels(at(`${text}    preset: |\n`, profiles)).includes('groq'));
  });
});
