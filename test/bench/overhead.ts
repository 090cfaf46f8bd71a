import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../src/core/record/json.ts';
import { INSTANT } from './behaviour.ts';
import { atMost, median, microseconds, plain, printFigures, ratio, type Figure } from './figures.ts';
import { journalLines } from './journalledRequests.ts';
import { floorReport, FLOORS, openlineReport, type FloorReport } from './messages.ts';
import type { Scenario, Surroundings } from './scenario.ts';
import type { Worker } from './worker.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

/** 1 + 100 + (100·17 + 100) + 1800·10 = 19 901 requests, 90 000 records. */
const SIZES = { macroTopics: 100, subtopics: 17, openlines: 10, revisions: 5 };
const WARM_UP = { macroTopics: 10, subtopics: 10, openlines: 10, revisions: 5 };
const SLOTS = [64, 256];
const TRIALS = 3;
/** The package as it comes is slow; a rate needs fewer. */
const REQUESTS = { dispatch: 20_000, openai: 6000, 'openai-fetch': 20_000 };
const CONTENDERS = ['openline', ...FLOORS] as const;
type Contender = (typeof CONTENDERS)[number];

interface Trial {
  /** Milliseconds of processor time for each request. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Share of one processor that the service took meanwhile. */
  readonly serviceShare: number;
}

/** Processor time for each request, and requests per second, where the service costs no time. */
export const overhead: Scenario = async (around) => {
  const folder = makeWorkspace();
  const bodies = join(folder, 'bodies.jsonl');
  const workers = new Map(CONTENDERS.map((contender) => [contender, around.start('client.ts')]));
  try {
    await warmUp(around, workers, bodies);
    for (const slots of SLOTS) {
      const trials = new Map<Contender, Trial[]>(CONTENDERS.map((contender) => [contender, []]));
      for (let number = 0; number < TRIALS; number += 1) {
        for (const [contender, worker] of workers) {
          trials.get(contender)?.push(await measure(around, worker, contender, slots, bodies));
        }
      }
      printFigures(`Overhead: a service that answers at once, ${slots} slots, ${TRIALS} trials`, figuresOf(trials));
    }
  } finally {
    await Promise.all(Array.from(workers.values(), (worker) => worker.stop()));
    removeWorkspace(folder);
  }
};

/** A smaller run of each, whose journal gives the bodies that the floors send. */
async function warmUp(
  { service }: Surroundings,
  workers: ReadonlyMap<Contender, Worker>,
  bodies: string,
): Promise<void> {
  await service.behave(INSTANT);
  const order = { url: service.url, slots: 64 };
  for (const [contender, worker] of workers) {
    if (contender === 'openline') {
      const run = { ...order, do: 'openline', sizes: WARM_UP, mode: 'local', watch: false };
      const { root, folder } = await worker.ask(run, openlineReport);
      const requests = journalLines(folder).map((line) => canonicalJson(line['request'] ?? null));
      writeFileSync(bodies, requests.join('\n'));
      removeWorkspace(root);
    } else {
      await worker.ask({ ...order, do: 'floor', floor: contender, bodies, requests: 2000 }, floorReport);
    }
  }
}

async function measure(
  { service }: Surroundings,
  worker: Worker,
  contender: Contender,
  slots: number,
  bodies: string,
): Promise<Trial> {
  await service.behave(INSTANT);
  const order = { url: service.url, slots };
  const report =
    contender === 'openline'
      ? await runOpenline(worker, order)
      : await worker.ask(
          { ...order, do: 'floor', floor: contender, bodies, requests: REQUESTS[contender] },
          floorReport,
        );
  const { cpuMilliseconds } = await service.report();
  return {
    cpu: report.cpuMilliseconds / report.requests,
    perSecond: (report.requests * 1000) / report.milliseconds,
    serviceShare: cpuMilliseconds / report.milliseconds,
  };
}

async function runOpenline(worker: Worker, order: { url: string; slots: number }): Promise<FloorReport> {
  const run = { ...order, do: 'openline', sizes: SIZES, mode: 'local', watch: false };
  const report = await worker.ask(run, openlineReport);
  removeWorkspace(report.root);
  return report;
}

function figuresOf(trials: ReadonlyMap<Contender, readonly Trial[]>): Figure[] {
  const of = (contender: Contender, pick: (trial: Trial) => number): number =>
    median((trials.get(contender) ?? []).map(pick));
  const names: Record<Contender, string> = {
    openline: 'Openline, with journal, lineage and output',
    dispatch: 'undici dispatch',
    openai: 'openai as it comes',
    'openai-fetch': 'openai with our fetch',
  };
  const cpu = (trial: Trial): number => trial.cpu;
  const perSecond = (trial: Trial): number => trial.perSecond;
  const paired = (contender: Contender, pick: (trial: Trial) => number): number =>
    median(
      (trials.get('openline') ?? []).map((trial, number) => {
        const other = trials.get(contender)?.[number];
        return other === undefined ? Number.NaN : pick(trial) / pick(other);
      }),
    );
  return [
    ...CONTENDERS.map((contender) => {
      const share = `service ${Math.round(100 * of(contender, (trial) => trial.serviceShare))} %`;
      return plain(
        names[contender],
        `${microseconds(of(contender, cpu))}, ${of(contender, perSecond).toFixed(0)}/s, ${share}`,
      );
    }),
    atMost('CPU per request against openai with our fetch', paired('openai-fetch', cpu), 1.7, ratio),
    atMost('openai as it comes: its requests per second against ours', 1 / paired('openai', perSecond), 1, ratio),
  ];
}
