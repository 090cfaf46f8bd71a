import { atMost, megabytes, plain, printFigures, seconds } from './figures.ts';
import { fillReport, resumeReport } from './messages.ts';
import { removeRun } from './openlineRun.ts';
import type { Scenario } from './scenario.ts';

/** Each makes somewhat more requests than answers are journalled, so that some are left to ask. */
const CASES = [
  { answers: 100_000, sizes: { macroTopics: 100, subtopics: 91, openlines: 10, revisions: 5 }, bound: 3000 },
  { answers: 1_000_000, sizes: { macroTopics: 300, subtopics: 304, openlines: 10, revisions: 5 }, bound: 25_000 },
];

/** How long it takes until a run with so many answers in its journal is where it was, and asks for the next one. */
export const resume: Scenario = async ({ full, start }) => {
  for (const { answers, sizes, bound } of full ? CASES : CASES.slice(0, 1)) {
    const before = start('resumeRun.ts');
    const { folder } = await before.ask({ do: 'fill', answers, sizes }, fillReport);
    await before.stop();
    const worker = start('resumeRun.ts');
    const report = await worker.ask({ do: 'resume', folder }, resumeReport);
    await worker.stop();
    removeRun(folder);
    printFigures(`Resume: ${answers} answers in the journal`, [
      plain('journal', megabytes(report.journalBytes)),
      plain('replayed, asked anew', `${report.replayed}, ${report.requests}`),
      plain('first new request', seconds(report.firstRequest ?? 0)),
      atMost('run done, all replayed', report.milliseconds, bound, seconds),
      plain('peak memory', megabytes(report.peakBytes)),
    ]);
  }
};
