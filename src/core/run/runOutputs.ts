/** The outputs of a run: records are committed to a partial file, which is renamed into place when the run is complete. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isTable } from '../datasets/formats.ts';
import { isPacked, pack } from '../datasets/packed/pack.ts';
import { openWriter } from '../datasets/formats/openWriter.ts';
import { formatRecord } from '../datasets/writeJsonl.ts';
import type { PlanOutput } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { datasetFacts, outputCard } from './card.ts';
import { Branches } from './branches.ts';
import type { FlowSink } from './flow.ts';
import { createHistory } from './history.ts';
import {
  contentHash,
  ForeignOutputError,
  keepReplaced,
  moveIntoPlace,
  standingAt,
  writeCard,
  type Standing,
} from './output.ts';
import type { ProgressOutput, RunProgress } from './progress.ts';
import { writeRunFile, type RunFile, type RunTotals } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import { TextFile } from './textFile.ts';

/** An output while the run goes on. */
export interface OpenOutput extends FlowSink {
  readonly output: PlanOutput;
  readonly text: TextFile;
  readonly shown: ProgressOutput;
  /** Records it takes at the most; may grow from round to round. */
  limit: number;
}

export async function openOutput(
  output: PlanOutput,
  { paths, file, plan }: RunJob,
  progress: RunProgress,
  lineage: TextFile,
): Promise<OpenOutput> {
  const text = await TextFile.create(paths.partial(output.name), { hashed: true });
  const shown: ProgressOutput = { name: output.name, path: output.shown, file: text.path, records: 0 };
  progress.outputs.push(shown);
  const lineageHead = `{"output":${JSON.stringify(output.name)},`;
  const historyOf = createHistory();
  const branches = new Branches(plan.steps);
  const lineOf = createLineOf(output, progress, text);
  const opened: OpenOutput = {
    output,
    text,
    shown,
    limit: Math.min(
      file.limit ?? Number.POSITIVE_INFINITY,
      (file.more === null ? plan.target?.records : undefined) ?? Number.POSITIVE_INFINITY,
    ),
    from: output.from,
    prepare(item) {
      if (output.where !== undefined && item.fields[output.where.field] !== output.where.value) return null;
      const record = lineOf(item);
      if (record === null) return null;
      const names = branches.namesOf(item);
      const told = names.length === 0 ? '' : `,"branches":${JSON.stringify(names)}`;
      return `${record}\n${lineageHead}"id":"${formatKey(item.key)}","steps":[${historyOf(item.origin)}]${told}}\n`;
    },
    commit(prepared) {
      // A record of CSV may have line feeds inside; its history ends with the only one it has.
      const end = prepared.lastIndexOf('\n', prepared.length - 2);
      text.write(prepared.slice(0, end + 1));
      lineage.write(prepared.slice(end + 1));
      shown.records += 1;
    },
    get full() {
      return shown.records >= opened.limit;
    },
    get backlog() {
      return text.backlog + lineage.backlog;
    },
  };
  return opened;
}

/**
 * What makes a record's line. A record that does not fit the output's format is a reject of the step it came from,
 * counted as `format:reason`, and has no line.
 */
function createLineOf(output: PlanOutput, progress: RunProgress, text: TextFile): (item: Item) => string | null {
  const { format, map, fields, from, shown } = output;
  if (isTable(format) && format !== 'csv' && map === undefined)
    return (item) => formatRecord(item.fields, item.key, fields);
  const writer = openWriter(format, { map, columns: fields });
  if (writer.header !== null) text.write(`${writer.header}\n`);
  return (item) => {
    const written = writer.write(item.fields, item.key);
    if (written.line !== null) return written.line;
    const { reason, message } = written;
    progress.rejected(from, { reason: `${format}:${reason}`, message: `not in ${shown}: ${message}` }, item);
    return null;
  };
}

function packedPath(partial: string): string {
  return `${partial}.packed`;
}

/** Makes what an output is in the end from its lines; null where the lines are it. */
async function packedHash(job: RunJob, output: PlanOutput, lines: string): Promise<string | null> {
  const { format } = output;
  if (!isPacked(format)) return null;
  const packed = packedPath(lines);
  await rm(packed, { recursive: true, force: true });
  await pack(format, lines, packed, datasetFacts(job, output));
  return contentHash(packed);
}

/**
 * Closes the outputs; of a complete run they are renamed into place, each with its card.
 *
 * @throws ForeignOutputError when a file that is not Openline's stands in the way; then none is moved
 */
export async function finishOutputs(
  options: RunJob,
  outputs: readonly OpenOutput[],
  progress: RunProgress,
  complete: boolean,
  totals: RunTotals,
): Promise<Pick<RunFile, 'outputs'>> {
  const { file, paths } = options;
  const finished: RunFile['outputs'] = [];
  const whole = complete && file.mode === 'run';
  for (const { output, text, shown } of outputs) {
    const lines = await text.close();
    const sha256 = whole ? await packedHash(options, output, text.path) : null;
    finished.push({
      name: output.name,
      path: output.path,
      shown: output.shown,
      records: shown.records,
      sha256: complete ? (sha256 ?? lines) : null,
    });
  }
  if (!complete) return { outputs: finished };
  // A run takes hours: what somebody has put there since it began is no more ours than what was there before.
  const standing = new Map<string, Standing>();
  if (file.mode === 'run') {
    for (const { output } of outputs) {
      const found = await standingAt(output.path, options.root);
      if (found === 'foreign' && options.settings.force !== true) throw new ForeignOutputError(output.path);
      standing.set(output.path, found);
    }
  }
  // The hashes are known before the files appear: a file in its place is always recognised as Openline's.
  await writeRunFile(paths, { ...file, state: 'running', outputs: finished });
  for (const { output, text, shown } of outputs) {
    if (file.mode === 'preview') {
      const kept = join(paths.outputs, `${output.name}.jsonl`);
      await rename(text.path, kept);
      shown.file = kept;
      continue;
    }
    await keepReplaced(output.path, standing.get(output.path) ?? 'nothing', file.run, options.root);
    const packed = packedPath(text.path);
    await moveIntoPlace(isPacked(output.format) ? packed : text.path, output.path);
    if (isPacked(output.format)) await rm(text.path, { force: true });
    shown.file = output.path;
    const sha256 = finished.find((entry) => entry.name === output.name)?.sha256 ?? '';
    await writeCard(output.path, outputCard(options, output, { sha256, records: shown.records, progress, totals }));
  }
  return { outputs: finished };
}
