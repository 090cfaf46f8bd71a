import type { RunSnapshot } from '../core/run/events.ts';
import { describeBatches } from './batchText.ts';
import type { Surroundings } from './console.ts';
import { counted } from './counted.ts';

/** How often a plain line is written where there is no terminal, in seconds. */
const PLAIN_SECONDS = 5;
const BAR_WIDTH = 20;

/** Shows a run's progress on standard error: one line that is redrawn on a terminal, a plain line now and then elsewhere. */
export class ProgressLine {
  readonly #err: Surroundings['err'];
  #lastPlain = 0;
  #drawn = false;

  constructor(err: Surroundings['err']) {
    this.#err = err;
  }

  show(snapshot: RunSnapshot): void {
    if (this.#err.isTTY === true) {
      const line = describe(snapshot, true).slice(0, Math.max(20, (this.#err.columns ?? 80) - 1));
      this.#err.write(`\r\u001B[2K${line}`);
      this.#drawn = true;
      return;
    }
    if (snapshot.elapsedSeconds - this.#lastPlain < PLAIN_SECONDS) return;
    this.#lastPlain = snapshot.elapsedSeconds;
    this.#err.write(`${describe(snapshot, false)}\n`);
  }

  /** Removes the redrawn line, so that other text can follow. */
  clear(): void {
    if (this.#drawn) this.#err.write('\r\u001B[2K');
    this.#drawn = false;
  }
}

function describe(snapshot: RunSnapshot, bar: boolean): string {
  const parts = [counted(snapshot.records, 'record'), counted(snapshot.requests + snapshot.reused, 'answer')];
  if (snapshot.reused > 0) parts.push(`${snapshot.reused} reused`);
  if (snapshot.discarded > 0) parts.push(`${snapshot.discarded} rejected`);
  if (snapshot.retries > 0) parts.push(snapshot.retries === 1 ? '1 retry' : `${snapshot.retries} retries`);
  if (snapshot.batches.length > 0) parts.push(describeBatches(snapshot.batches));
  if (snapshot.batches.length === 0 || snapshot.inFlight > 0)
    parts.push(`${snapshot.inFlight}/${snapshot.slots} in flight`, `${snapshot.requestsPerSecond.toFixed(1)}/s`);
  if (snapshot.cost !== null) parts.push(`cost ${snapshot.cost.toFixed(4)}`);
  if (snapshot.remainingSeconds !== null && snapshot.batches.length === 0)
    parts.push(`${formatSeconds(snapshot.remainingSeconds)} left`);
  if (snapshot.notice !== null) parts.push(snapshot.notice.message);
  return `${bar ? `${drawBar(snapshot)} ` : ''}${parts.join(' · ')}`;
}

function drawBar(snapshot: RunSnapshot): string {
  let [expected, done] = [0, 0];
  for (const step of snapshot.steps) {
    if (step.expected === null) return '';
    expected += step.expected;
    done += Math.min(step.done, step.expected);
  }
  const filled = expected === 0 ? 0 : Math.round((done / expected) * BAR_WIDTH);
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`;
}

/** `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
