import { atMost, megabytes, plain, printFigures, seconds } from './figures.ts';
import { fillReport, resumeReport } from './messages.ts';
import type { Scenario } from './scenario.ts';
import { removeWorkspace } from './workspace.ts';

/** Open Q&A with somewhat more requests than answers are journalled, so that some are left to ask. */
const CASES = [
  { answers: 100_000, sizes: null, bound: 3000 },
  { answers: 100_000, sizes: { macroTopics: 100, subtopics: 91, openlines: 10, revisions: 5 }, bound: 3000 },
];
const LARGE_CASES = [
  { answers: 1_000_000, sizes: null, bound: 25_000 },
  { answers: 1_000_000, sizes: { macroTopics: 300, subtopics: 304, openlines: 10, revisions: 5 }, bound: 25_000 },
];

/** How long it takes until a run with so many answers in its journal asks for the next one, and is where it was. */
export const resume: Scenario = async ({ full, start }) => {
  for (const { answers, sizes, bound } of full ? [...CASES, ...LARGE_CASES] : CASES) {
    const before = start('resumeRun.ts');
    const { root, folder } = await before.ask({ do: 'fill', answers, sizes }, fillReport);
    await before.stop();
    const worker = start('resumeRun.ts');
    const report = await worker.ask({ do: 'resume', folder }, resumeReport).finally(() => {
      removeWorkspace(root);
    });
    await worker.stop();
    const shape = sizes === null ? 'one step, a record each' : 'open Q&A, 4.5 records each';
    printFigures(`Resume: ${answers} answers in the journal (${shape})`, [
      plain(
        'journal; replayed, asked anew',
        `${megabytes(report.journalBytes)}; ${report.replayed}, ${report.requests}`,
      ),
      atMost('running again: first request that is not in the journal', report.firstRequest ?? 0, bound, seconds),
      plain('run done', `${seconds(report.milliseconds)}, processor ${seconds(report.cpuMilliseconds)}`),
      plain('peak memory', megabytes(report.peakBytes)),
    ]);
  }
};
