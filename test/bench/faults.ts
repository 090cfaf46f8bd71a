import { likeAModel } from './behaviour.ts';
import { atMost, median, plain, printFigures, ratio, seconds } from './figures.ts';
import { SIZES, SLOTS } from './makespan.ts';
import { openlineReport, type OpenlineReport } from './messages.ts';
import type { Scenario, Surroundings } from './scenario.ts';
import type { Worker } from './worker.ts';
import { removeWorkspace } from './workspace.ts';

const FAULT_RATE = 0.1;
const TRIALS = 2;
/** Open Q&A of these sizes, when nothing is lost. */
const RECORDS = (SIZES.macroTopics * SIZES.subtopics + SIZES.macroTopics) * SIZES.openlines * SIZES.revisions;

interface Trial extends OpenlineReport {
  readonly failures: number;
}

/** What failing answers cost: 429 at once, 500 after the time of an answer. */
export const faults: Scenario = async (around) => {
  const worker = around.start('client.ts');
  const without: Trial[] = [];
  const withFaults: Trial[] = [];
  for (let number = 0; number < TRIALS; number += 1) {
    without.push(await measure(around, worker, 0));
    withFaults.push(await measure(around, worker, FAULT_RATE));
  }
  await worker.stop();
  const wall = (trials: readonly Trial[]): number => median(trials.map(({ milliseconds }) => milliseconds));
  const missing = Math.max(...withFaults.map(({ records }) => RECORDS - records));
  printFigures(
    `Faults: ${100 * FAULT_RATE} % of answers fail, half of them with 429, half with 500, ${TRIALS} trials`,
    [
      plain('failed answers', String(median(withFaults.map(({ failures }) => failures)))),
      atMost('records missing', missing, 0, String),
      plain('wall time', `${seconds(wall(withFaults))} (without faults ${seconds(wall(without))})`),
      atMost('ratio', wall(withFaults) / wall(without), 1.25, ratio),
    ],
  );
};

async function measure({ service }: Surroundings, worker: Worker, faultRate: number): Promise<Trial> {
  await service.behave(likeAModel(SLOTS, faultRate));
  const order = { do: 'openline', url: service.url, slots: SLOTS, sizes: SIZES, mode: 'local', watch: false };
  const report = await worker.ask(order, openlineReport);
  removeWorkspace(report.root);
  return { ...report, failures: (await service.report()).failures };
}
