/** More records of one branch: what is asked for them, and nothing else. */
import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ExpectedQuestions, listed } from '../../../test/support/expectedQuestions.ts';
import { LIBRARY } from '../../../test/support/openQaPlan.ts';
import { RecipeRuns } from '../../../test/support/recipeRuns.ts';
import { InvalidInputError } from '../errors.ts';
import type { TopicBranch, TopicPlace } from '../curate/statistics/topicTree.ts';
import { loadRecipes } from '../pipeline/recipeLibrary.ts';
import { loadTemplateLibrary } from '../prompts/templateLibrary.ts';
import type { JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';
import { moreOfBranch, type ProposedPipeline } from './moreOfBranch.ts';
import { readBranches } from './readBranches.ts';

const runs = new RecipeRuns();
const library = {
  templates: await loadTemplateLibrary(join(LIBRARY, 'prompts')),
  recipes: await loadRecipes(join(LIBRARY, 'recipes')),
};
let service: ExpectedQuestions;
before(async () => {
  service = await ExpectedQuestions.start();
});
beforeEach(() => {
  runs.begin();
});
after(async () => {
  runs.dispose();
  await service.server.close();
});

/** The places of a branch, found in the tree by its names. */
async function pathOf(summary: RunSummary, names: readonly string[]): Promise<readonly TopicPlace[]> {
  let branch: TopicBranch | null | undefined = await readBranches(runs.folderOf(summary), 'demo');
  return names.map((name) => {
    branch = branch?.branches.find((one) => one.name === name);
    assert.ok(branch?.step != null, name);
    return { step: branch.step, field: branch.field, value: branch.name };
  });
}

async function propose(summary: RunSummary, names: readonly string[]): Promise<ProposedPipeline> {
  return moreOfBranch(runs.folderOf(summary), await pathOf(summary, names), library);
}

function foreseeQuestions(topic: string, openlines: readonly string[]): void {
  service.foresee('open-qa-from-topics', { topic, n_openlines: openlines.length }, listed(...openlines));
  for (const openline of openlines) {
    service.foresee('revise-open-qa', { openline, n_revisions: 1 }, listed(`${openline} More.`));
  }
}

async function openQuestions(): Promise<RunSummary> {
  service.foresee('macro-topics', { n_macro_topics: 2 }, listed('Sea', 'Sky'));
  service.foresee('subtopics', { macro_topic: 'Sea', n_subtopics: 1 }, listed('Tides'));
  service.foresee('subtopics', { macro_topic: 'Sky', n_subtopics: 1 }, listed('Stars'));
  for (const topic of ['Tides', 'Stars', 'Sea', 'Sky']) foreseeQuestions(topic, [`${topic} one?`, `${topic} two?`]);
  const sizes = { n_macro_topics: 2, n_subtopics: 1, n_openlines: 2, n_revisions: 1 };
  const summary = await runs.run({ recipe: 'open-qa', with: sizes }, service.server);
  service.check();
  return summary;
}

describe('more records of a branch', () => {
  it('ask the questions on this topic alone, anew, and go into a file of their own', async () => {
    const summary = await openQuestions();
    const before = runs.records();
    const { file, text } = await propose(summary, ['Sea', 'Tides']);
    assert.equal(basename(file), 'demo-tides.openline.yaml');
    foreseeQuestions('Tides', ['Tides three?', 'Tides four?']);
    const more = await runs.runFile(file, text, service.server);
    service.check();
    assert.deepEqual([more.state, more.requests, more.reused, more.records], ['done', 3, 0, 2]);
    assert.deepEqual(
      runs.records('demo-tides').map(({ prompt, openline, topic }) => [prompt, openline, topic]),
      [
        ['Tides three? More.', 'Tides three?', 'Tides'],
        ['Tides four? More.', 'Tides four?', 'Tides'],
      ],
    );
    assert.deepEqual(runs.records(), before, 'the records that were there stay as they are');
  });

  it('take in the branches below, and both ways on which a macro topic is asked about', async () => {
    const summary = await openQuestions();
    const { file, text } = await propose(summary, ['Sea']);
    service.foresee('subtopics', { macro_topic: 'Sea', n_subtopics: 1 }, listed('Reefs'));
    for (const topic of ['Reefs', 'Sea']) foreseeQuestions(topic, [`${topic} three?`, `${topic} four?`]);
    const more = await runs.runFile(file, text, service.server);
    service.check();
    assert.deepEqual([more.state, more.requests, more.records], ['done', 7, 4]);
  });

  it('begin as deep as the branch stands', async () => {
    const summary = await openQuestions();
    const { file, text } = await propose(summary, ['Sea', 'Tides', 'Tides two?']);
    service.foresee('revise-open-qa', { openline: 'Tides two?', n_revisions: 1 }, listed('Tides two, and why?'));
    const more = await runs.runFile(file, text, service.server);
    service.check();
    assert.deepEqual([more.requests, runs.records('demo-tides-two')[0]?.['prompt']], [1, 'Tides two, and why?']);
  });

  it('ask once more when they are asked for once more, under another name', async () => {
    const summary = await openQuestions();
    for (const name of ['demo-tides', 'demo-tides-2']) {
      const { file, text } = await propose(summary, ['Sea', 'Tides']);
      assert.equal(basename(file), `${name}.openline.yaml`);
      foreseeQuestions('Tides', ['Tides three?', 'Tides four?']);
      assert.equal((await runs.runFile(file, text, service.server)).requests, 3);
      service.check();
      assert.equal(runs.records(name).length, 2);
    }
  });

  it('know the topics above by the names that steps have given them since', async () => {
    const ask = (text: string, list: string): JsonObject => ({ prompt: { text }, expect: { list } });
    const steps = [
      { id: 'fields', read: { values: ['Law', 'Art'], into: 'field' } },
      { id: 'named', modify: { rename: { field: 'subject' } } },
      { id: 'areas', generate: ask('Areas of {subject}', 'area') },
      { id: 'cases', generate: ask('Cases of {area} in {subject}', 'case') },
    ];
    for (const [subject, area] of [
      ['Law', 'Trade'],
      ['Art', 'Music'],
    ] as const) {
      service.foresee({ text: 'Areas of {subject}' }, { subject }, listed(area));
      service.foresee({ text: 'Cases of {area} in {subject}' }, { area, subject }, listed('One', 'Two'));
    }
    const prompts = { areas: { text: 'Areas of {subject}' } };
    const outputs = [{ path: 'data/demo.jsonl', fields: ['case'] }];
    const summary = await runs.run({ steps, prompts, outputs }, service.server);
    service.check();
    const { file, text } = await propose(summary, ['Art', 'Music']);
    service.foresee({ text: 'Cases of {area} in {subject}' }, { area: 'Music', subject: 'Art' }, listed('Three'));
    const more = await runs.runFile(file, text, service.server);
    service.check();
    assert.deepEqual([more.state, more.requests], ['done', 1]);
    assert.deepEqual(
      runs.records('demo-music').map((record) => record['case']),
      ['Three'],
    );
  });

  it('take in all that a topic is crossed with', async () => {
    const ask = { prompt: { text: 'Tasks on {topic}: {kind}' }, expect: { list: 'task' } };
    const steps = [
      { id: 'pairs', read: { cross: { topic: ['Sea', 'Sky'], kind: ['poem', 'essay'] } } },
      { id: 'tasks', generate: ask },
    ];
    const foresee = (topic: string, kind: string): void =>
      service.foresee({ text: 'Tasks on {topic}: {kind}' }, { topic, kind }, listed(`${topic} ${kind}`));
    for (const topic of ['Sea', 'Sky']) for (const kind of ['poem', 'essay']) foresee(topic, kind);
    const summary = await runs.run({ steps, outputs: [{ path: 'data/demo.jsonl' }] }, service.server);
    service.check();
    const { file, text } = await propose(summary, ['Sky']);
    for (const kind of ['poem', 'essay']) foresee('Sky', kind);
    const more = await runs.runFile(file, text, service.server);
    service.check();
    assert.deepEqual([more.state, more.requests], ['done', 2]);
  });

  it('keep telling where in a list a topic stands', async () => {
    const ask = { prompt: { text: 'Ask about {topic}' }, expect: { list: 'question' } };
    const steps = [
      { id: 'topics', read: { values: ['Sea', 'Sky'], into: 'topic', index: 'number', source: 'origin' } },
      { id: 'questions', generate: ask },
    ];
    for (const topic of ['Sea', 'Sky']) service.foresee({ text: 'Ask about {topic}' }, { topic }, listed('Why?'));
    const summary = await runs.run({ steps, outputs: [{ path: 'data/demo.jsonl' }] }, service.server);
    service.check();
    const { file, text } = await propose(summary, ['Sky']);
    service.foresee({ text: 'Ask about {topic}' }, { topic: 'Sky' }, listed('How?'));
    await runs.runFile(file, text, service.server);
    service.check();
    const place = (name: string): unknown[] => runs.records(name).map(({ number, origin }) => [number, origin]);
    assert.deepEqual(place('demo-sky'), [place('demo')[1]]);
  });

  it('are refused where nothing comes of the branch alone', async () => {
    const summary = await openQuestions();
    const place = { step: 'revisions', field: 'prompt', value: 'Tides one? More.' };
    await assert.rejects(moreOfBranch(runs.folderOf(summary), [place], library), InvalidInputError);
  });
});
