/** The topics of whole runs, as charts show them. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ExpectedQuestions, listed } from '../../../test/support/expectedQuestions.ts';
import { RecipeRuns } from '../../../test/support/recipeRuns.ts';
import type { TopicBranch } from '../curate/statistics/topicTree.ts';
import { describeDataset } from './describeDataset.ts';
import type { RunSummary } from './events.ts';
import { runRecords } from './recordSource.ts';

const runs = new RecipeRuns();
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

async function topicsOf(summary: RunSummary): Promise<readonly TopicBranch[]> {
  const source = await runRecords(runs.folderOf(summary), undefined);
  const { charts } = await describeDataset(source, { charts: true });
  return charts?.topics?.branches ?? [];
}

/** `name (field, step): records + rejected`, a line a branch. */
function outline(branches: readonly TopicBranch[], indent = ''): readonly string[] {
  return branches.flatMap(({ name, field, step, records, rejected, isThin, branches: below }) => [
    `${indent}${name} (${field}, ${String(step)}): ${String(records)} + ${String(rejected)}${isThin ? ' thin' : ''}`,
    ...outline(below, `${indent}  `),
  ]);
}

describe('the topics of a run', () => {
  it('come from the lineage where the records hold only the narrowest, with what was turned down', async () => {
    service.foresee('macro-topics', { n_macro_topics: 2 }, listed('Sea', 'Sky'));
    service.foresee('subtopics', { macro_topic: 'Sea', n_subtopics: 2 }, listed('Tides', 'Reefs'));
    service.foresee('subtopics', { macro_topic: 'Sky', n_subtopics: 2 }, listed('Stars', 'Storms'));
    for (const topic of ['Tides', 'Reefs', 'Stars', 'Storms', 'Sea', 'Sky']) {
      // Of one topic nothing is left: its list is too short.
      const questions = topic === 'Reefs' ? listed(`${topic} one?`) : listed(`${topic} one?`, `${topic} two?`);
      service.foresee('open-qa-from-topics', { topic, n_openlines: 2 }, questions);
      if (topic === 'Reefs') continue;
      for (const openline of [`${topic} one?`, `${topic} two?`]) {
        service.foresee('revise-open-qa', { openline, n_revisions: 1 }, listed(`${openline} More.`));
      }
    }
    const sizes = { n_macro_topics: 2, n_subtopics: 2, n_openlines: 2, n_revisions: 1, on_mismatch: 'discard' };
    const summary = await runs.run({ recipe: 'open-qa', with: sizes }, service.server);
    service.check();
    assert.deepEqual([summary.state, summary.records, summary.discarded], ['done', 10, 1]);
    assert.deepEqual(outline(await topicsOf(summary)), [
      'Sky (macro_topic, macro_topics): 6 + 0',
      '  Stars (topic, subtopics): 2 + 0',
      '    Stars one? (openline, openlines): 1 + 0',
      '    Stars two? (openline, openlines): 1 + 0',
      '  Storms (topic, subtopics): 2 + 0',
      '    Storms one? (openline, openlines): 1 + 0',
      '    Storms two? (openline, openlines): 1 + 0',
      '  Sky one? (openline, openlines): 1 + 0',
      '  Sky two? (openline, openlines): 1 + 0',
      'Sea (macro_topic, macro_topics): 4 + 1',
      '  Tides (topic, subtopics): 2 + 0',
      '    Tides one? (openline, openlines): 1 + 0',
      '    Tides two? (openline, openlines): 1 + 0',
      '  Sea one? (openline, openlines): 1 + 0',
      '  Sea two? (openline, openlines): 1 + 0',
      '  Reefs (topic, subtopics): 0 + 1 thin',
    ]);
  });

  it('are those that a pipeline of any steps and names makes; what names single records is none', async () => {
    const steps = [
      { id: 'subjects', read: { values: ['Law'], into: 'subject' } },
      {
        id: 'areas',
        generate: { prompt: { text: 'Areas of {subject}' }, expect: { list: 'area' } },
      },
      { id: 'cases', generate: { prompt: { text: 'Cases of {area}' }, expect: { list: 'case' } } },
      { id: 'answers', generate: { prompt: { text: 'Tell {case}' }, expect: { text: 'answer' } } },
    ];
    service.foresee({ text: 'Areas of {subject}' }, { subject: 'Law' }, listed('Trade', 'Ships'));
    service.foresee({ text: 'Cases of {area}' }, { area: 'Trade' }, listed('Ledger', 'Barter'));
    service.foresee({ text: 'Cases of {area}' }, { area: 'Ships' }, listed('Wreck'));
    for (const name of ['Ledger', 'Barter', 'Wreck']) {
      service.foresee({ text: 'Tell {case}' }, { case: name }, `About ${name}`);
    }
    const outputs = [{ path: 'data/demo.jsonl', fields: ['answer'] }];
    const summary = await runs.run({ steps, outputs }, service.server);
    service.check();
    assert.deepEqual([summary.state, summary.records], ['done', 3]);
    assert.deepEqual(outline(await topicsOf(summary)), [
      'Law (subject, subjects): 3 + 0',
      '  Trade (area, areas): 2 + 0',
      '  Ships (area, areas): 1 + 0',
    ]);
  });
});
