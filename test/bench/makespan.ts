import { openQaPlan } from '../support/openQaPlan.ts';
import { likeAModel } from './behaviour.ts';
import { atMost, median, plain, printFigures, ratio, seconds, type Figure } from './figures.ts';
import { journalledRequests } from './journalledRequests.ts';
import { openlineReport } from './messages.ts';
import type { Scenario, Surroundings } from './scenario.ts';
import { chainOf, simulate } from './schedule.ts';
import type { Worker } from './worker.ts';
import { removeWorkspace } from './workspace.ts';

/** Open Q&A: 1 + 20 + (20·5 + 20) + 120·10 requests, twice as many with model conversion. */
export const SIZES = { macroTopics: 20, subtopics: 5, openlines: 10, revisions: 5 };
export const SLOTS = 64;
const TRIALS = 3;
const MODES = ['local', 'model'] as const;
type Mode = (typeof MODES)[number];

interface Trial {
  readonly milliseconds: number;
  readonly simulated: number;
  readonly firstRecord: number;
  readonly chain: number;
  readonly requests: number;
}

/** Wall time and time to the first record against what the services' own time alone comes to. */
export const makespan: Scenario = async (around) => {
  const trials: Record<Mode, Trial[]> = { local: [], model: [] };
  const worker = around.start('client.ts');
  await measure(around, worker, 'local');
  for (let number = 0; number < TRIALS; number += 1) {
    for (const mode of MODES) trials[mode].push(await measure(around, worker, mode));
  }
  await worker.stop();
  printFigures(
    `Makespan: open Q&A 20 × 5 × 10 × 5, ${SLOTS} slots, latency of 200 ms (log-normal, σ 0.5), ${TRIALS} trials`,
    MODES.flatMap((mode) => figuresOf(mode, trials[mode])),
  );
};

function figuresOf(mode: Mode, trials: readonly Trial[]): Figure[] {
  const of = (pick: (trial: Trial) => number): number => median(trials.map(pick));
  const name = mode === 'local' ? 'local lists' : 'model conversion';
  const wall = seconds(of((trial) => trial.milliseconds));
  const bound = seconds(of((trial) => trial.simulated));
  return [
    plain(`${name}: wall time of ${of((trial) => trial.requests)} requests`, `${wall} (simulated ${bound})`),
    atMost(
      `${name}: ratio`,
      of((trial) => trial.milliseconds / trial.simulated),
      1.05,
      ratio,
    ),
    plain(
      `${name}: first record`,
      `${seconds(of((trial) => trial.firstRecord))} (chain ${seconds(of((trial) => trial.chain))})`,
    ),
    atMost(
      `${name}: first record beyond its own chain`,
      of((trial) => trial.firstRecord - trial.chain),
      100,
      (value) => `${value.toFixed(0)} ms`,
    ),
  ];
}

async function measure({ service }: Surroundings, worker: Worker, mode: Mode): Promise<Trial> {
  await service.behave(likeAModel(SLOTS));
  const order = { do: 'openline', url: service.url, slots: SLOTS, sizes: SIZES, mode, watch: true };
  const report = await worker.ask(order, openlineReport);
  const { latencies } = await service.report();
  const requests = journalledRequests(report.folder, await openQaPlan('/', SIZES, mode));
  removeWorkspace(report.root);
  const durationOf = ({ question }: { question: string }): number => latencies[question] ?? Number.NaN;
  const suffix = mode === 'model' ? '.conversion' : '';
  return {
    milliseconds: report.milliseconds,
    requests: report.requests,
    simulated: simulate(requests, SLOTS, durationOf),
    firstRecord: report.firstRecord ?? Number.NaN,
    chain: chainOf(requests, `revisions${suffix}/0.0.0.0/0`, durationOf),
  };
}
