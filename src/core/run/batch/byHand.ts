/** What a person does about the batches of a run from outside: brings answers that were carried by hand, gives batches up. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { readLines } from '../../datasets/readLines.ts';
import { InvalidInputError } from '../../errors.ts';
import { readRunFile, runPaths } from '../runFolder.ts';
import type { RunJob, RunSettings } from '../runJob.ts';
import { lockRun, planOf } from '../runPipeline.ts';
import { BatchRun, collectInto } from './batchRun.ts';
import { isOut } from './batchLog.ts';
import { resultOf, type Collected } from './collect.ts';
import { readIndex } from './partFile.ts';

export interface ByHandOptions extends RunSettings {
  /** The run's folder. */
  readonly folder: string;
}

/** What came of a file of answers. */
export interface Imported extends Pick<Collected, 'answered' | 'failed' | 'again' | 'reasons'> {
  /** Requests of the exported file that still have no answer. */
  readonly open: number;
}

/**
 * Brings the answers of a file (`vllm run-batch`, or a batch's output and error files) into the journal of a run whose
 * requests were exported. Bringing the same file twice changes nothing.
 *
 * @throws InvalidInputError when the run awaits no answers, or the file has some that are not to its requests: nothing of it
 *   is taken then
 */
export async function importAnswers(options: ByHandOptions & { readonly answers: string }): Promise<Imported> {
  const { answers } = options;
  return withRun(options, async (job, batches) => {
    const { log } = batches;
    const known = new Set<string>();
    for (const { part, carried } of log.parts) {
      if (!carried || !existsSync(log.indexOf(part))) continue;
      for await (const { id } of readIndex(log.indexOf(part))) known.add(id);
    }
    const awaited = log.parts.filter(({ stage }) => stage === 'exported');
    if (awaited.length === 0)
      throw InvalidInputError.of(
        'nothing-exported',
        `Run ${job.file.run} awaits no answers; \`openline batch export FILE\` begins one that does`,
      );
    await checkAnswers(answers, known, job.file.run);
    const sum = { answered: 0, failed: 0, again: 0, open: 0 };
    const reasons = new Map<string, number>();
    for (const part of awaited) {
      const service = batches.serviceOf(part.endpoint);
      // Who carries files by hand decides how often: nothing is given up for having failed too often.
      const deps = { log, part, service, attempts: Number.POSITIVE_INFINITY };
      const collected = await collectInto(job, deps, (collector) => collector.take(bytesOf(answers)));
      sum.answered += collected.answered;
      sum.failed += collected.failed;
      sum.again += collected.again;
      sum.open += part.requests - collected.answered - collected.failed;
      for (const [message, count] of collected.reasons) reasons.set(message, (reasons.get(message) ?? 0) + count);
    }
    return { ...sum, reasons: [...reasons] };
  });
}

/**
 * Gives up the batches of a run that are out, after taking what they have answered.
 *
 * @returns how many there were
 * @throws InvalidInputError when another process works on the run; EndpointError
 */
export async function cancelBatches(options: ByHandOptions): Promise<number> {
  return withRun(options, async (_job, batches) => {
    const count = batches.log.parts.filter(isOut).length;
    await batches.cancel();
    return count;
  });
}

async function withRun<Result>(
  options: ByHandOptions,
  act: (job: RunJob, batches: BatchRun) => Promise<Result>,
): Promise<Result> {
  const { folder } = options;
  const paths = runPaths(folder);
  const { run } = await readRunFile(paths);
  const lock = await lockRun(paths, run);
  try {
    const file = await readRunFile(paths);
    const root = dirname(dirname(dirname(folder)));
    const job = { settings: options, plan: planOf(file, paths), paths, root, file, retryFailed: false };
    const batches = BatchRun.open(job);
    if (batches === undefined) throw InvalidInputError.of('no-batches', `Run ${run} has no batches that are out`);
    return await act(job, batches);
  } finally {
    await lock.release();
  }
}

/** Every line has to be an answer to a request of the run: a mistake in the file is told before anything is taken. */
async function checkAnswers(path: string, known: ReadonlySet<string>, run: string): Promise<void> {
  if (!existsSync(path)) throw InvalidInputError.of('missing-file', 'there is no such file', { file: path });
  let answers = 0;
  for await (const { bytes, number } of readLines(path)) {
    if (bytes?.length === 0) continue;
    const result = resultOf(bytes);
    const position = { file: path, line: number };
    if (result === undefined) {
      const form = '{"custom_id": …, "response": {"status_code": 200, "body": …}}';
      throw InvalidInputError.of('not-an-answer', `this is no answer of a batch; each line is ${form}`, position);
    }
    if (!known.has(result.custom_id))
      throw InvalidInputError.of(
        'other-request',
        `this answers ${result.custom_id}, which run ${run} has not asked; nothing of the file was taken`,
        position,
      );
    answers += 1;
  }
  if (answers === 0) throw InvalidInputError.of('no-answers', 'there are no answers in it', { file: path });
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of readLines(path)) {
    if (bytes === null) continue;
    yield bytes;
    yield LINE_FEED;
  }
}

const LINE_FEED = Buffer.from('\n');
