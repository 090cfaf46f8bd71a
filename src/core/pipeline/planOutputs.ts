import { access, constants, stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import type { FilePosition } from '../errors.ts';
import { unknownName } from '../files/checkValue.ts';
import { isOutside } from '../files/isOutside.ts';
import type { KnownFields } from './knownFields.ts';
import type { PlanOutput, PlanStep, SplitStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import { planFormat } from './planFormat.ts';
import type { OutputInput } from './pipelineSchema.ts';

/** What outputs can be taken from. */
export interface OutputSources {
  /** Fields of the records of each step that is planned, in the plan's order. */
  readonly fields: ReadonlyMap<string, KnownFields>;
  readonly steps: readonly PlanStep[];
  readonly leftOut: ReadonlySet<string>;
  /** Step and fields an output has when it says nothing of its own. */
  readonly usual: { readonly from: string | null; readonly fields: readonly string[] | null };
  /** Absolute paths of everything the pipeline reads, with what it is. */
  readonly inputs: ReadonlyMap<string, string>;
}

interface Wanted {
  readonly output: OutputInput;
  readonly pathAt: FilePosition;
  readonly fromAt: FilePosition;
  /** Where a part of it stands. */
  readonly at: (path: readonly (string | number)[]) => FilePosition;
}

/** Settles which files are written from which steps. */
export async function planOutputs(sources: OutputSources, planning: Planning): Promise<readonly PlanOutput[]> {
  const { problems, context } = planning;
  const wanted = applyOverrides(wantedOutputs(planning), sources, planning);
  const outputs: PlanOutput[] = [];
  const names = new Set<string>();
  for (const { output, pathAt, fromAt, at } of wanted) {
    const from = sourceOf(output.from, sources, fromAt, planning);
    if (from === undefined) continue;
    const form = planFormat(output, {
      known: sources.fields.get(from) ?? null,
      usualFields: from === sources.usual.from ? sources.usual.fields : null,
      at,
      problems,
    });
    for (const { shown, ...part } of partsOf(output.path, from, sources, pathAt, planning)) {
      const path = resolve(planning.folder, shown);
      const other = outputs.find((earlier) => earlier.path === path);
      if (other !== undefined) problems.error('same-output', `two outputs have the path ${shown}`, pathAt);
      await checkPath(path, shown, form.format, sources.inputs, pathAt, planning);
      const outside = await isOutside(path, context.root);
      const name = uniqueName(path, names);
      outputs.push({ from, path, shown, name, outside, ...form, ...part, ...licenseOf(output, at, problems) });
    }
  }
  return outputs;
}

function licenseOf(
  { license, format }: OutputInput,
  at: Wanted['at'],
  problems: Planning['problems'],
): Pick<PlanOutput, 'license'> {
  if (license === undefined) return {};
  if (format !== 'hf')
    problems.error('needless-key', '`license` has an effect with `format: hf` alone', at(['license']));
  return { license };
}

const PART = '{split}';

/** The files behind a path: with `{split}` in it one for each part of the split that the records come through. */
function partsOf(
  path: string,
  from: string,
  { steps }: OutputSources,
  at: FilePosition,
  { problems }: Planning,
): readonly Pick<PlanOutput, 'shown' | 'where'>[] {
  if (!path.includes(PART)) return [{ shown: path }];
  const split = splitBefore(from, steps);
  if (split === undefined) {
    const message = `{split} stands for the parts of a step with \`split\`, and none leads to the step ${from}`;
    problems.error('no-split', message, at);
    return [];
  }
  return split.parts.map(({ name }) => ({
    shown: path.replaceAll(PART, () => name),
    where: { field: split.into, value: name },
  }));
}

function splitBefore(id: string, steps: readonly PlanStep[]): SplitStep | undefined {
  const step = steps.find((candidate) => candidate.id === id);
  if (step === undefined || step.kind === 'split') return step;
  for (const { step: before } of step.from) {
    const split = splitBefore(before, steps);
    if (split !== undefined) return split;
  }
  return undefined;
}

function wantedOutputs({ pipeline, file }: Planning): readonly Wanted[] {
  const { input, source, has } = pipeline;
  if (input.outputs !== undefined) {
    return input.outputs.map((output, index) => ({
      output,
      pathAt: source.positionOf(['outputs', index, 'path'], 'value'),
      fromAt: source.positionOf(['outputs', index, 'from'], 'value'),
      at: (path) => source.positionOf(['outputs', index, ...path], 'value'),
    }));
  }
  // With a wrong `outputs` nothing is made up in its place.
  if (has('outputs') && !has('output')) return [];
  const at = source.positionOf([has('output') ? 'output' : has('recipe') ? 'recipe' : 'steps'], 'value');
  const path = input.output ?? `data/${pipelineName(file)}.jsonl`;
  return [{ output: { path }, pathAt: at, fromAt: at, at: () => at }];
}

/** `--output` gives the only output another path; `--until` makes its step the only output. */
function applyOverrides(wanted: readonly Wanted[], sources: OutputSources, planning: Planning): readonly Wanted[] {
  const { overrides, problems, file } = planning;
  let outputs = wanted;
  const { until } = overrides;
  if (until !== undefined) {
    const ends = outputs.filter(({ output }) => (output.from ?? sources.usual.from) === until);
    const [first] = wanted;
    const path = `data/${pipelineName(file)}.${until}.jsonl`;
    outputs = ends.length > 0 || first === undefined ? ends : [{ ...first, output: { from: until, path } }];
  }
  if (overrides.output !== undefined) {
    const [only] = outputs;
    if (only === undefined || outputs.length > 1) {
      problems.error('several-outputs', `--output names one file, but this pipeline writes ${outputs.length}`);
    } else outputs = [{ ...only, output: { ...only.output, path: overrides.output } }];
  }
  return outputs;
}

function sourceOf(
  given: string | undefined,
  { fields, leftOut, usual }: OutputSources,
  at: FilePosition,
  { problems }: Planning,
): string | undefined {
  const from = given ?? usual.from ?? undefined;
  if (from === undefined) {
    problems.error('nothing-to-do', 'every step is left out, so there is nothing to write', at);
    return undefined;
  }
  if (fields.has(from)) return from;
  if (leftOut.has(from)) {
    const why = 'it is switched off by `when`, or there is nothing left that it could read';
    problems.error('nothing-to-do', `the step ${from}, whose records are written, is left out: ${why}`, at);
  } else problems.error('unknown-step', unknownName(from, [...fields.keys()], 'a step'), at);
  return undefined;
}

async function checkPath(
  path: string,
  shown: string,
  format: PlanOutput['format'],
  inputs: ReadonlyMap<string, string>,
  at: FilePosition,
  { problems, context, file }: Planning,
): Promise<void> {
  const what = path === file ? 'the pipeline itself' : inputs.get(path);
  if (what !== undefined) problems.error('output-is-input', `${shown} is ${what}; it would be overwritten`, at);
  const [first] = relative(context.root, path).split(/[\\/]/u);
  if (first === '.git' || first === '.openline') {
    problems.error('reserved-path', `${shown} is in the folder ${first}, which is not for outputs`, at);
  }
  const found = await stat(path).catch(() => undefined);
  if (format !== 'hf' && (found?.isDirectory() === true || /[\\/]$/u.test(shown))) {
    problems.error('is-folder', `${shown} is a folder; name a file`, at);
  }
  const obstacle = await obstacleTo(dirname(path));
  if (obstacle !== undefined) problems.error('no-folder', `${shown} cannot be written: ${obstacle}`, at);
}

/** Why a folder cannot be made or written to; better to know before the run than behind it. */
async function obstacleTo(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) {
    const parent = dirname(folder);
    return parent === folder ? undefined : obstacleTo(parent);
  }
  if (!found.isDirectory()) return `${folder} is not a folder`;
  return access(folder, constants.W_OK).then(
    () => undefined,
    () => `the folder ${folder} may not be written to`,
  );
}

function uniqueName(path: string, names: Set<string>): string {
  const base = basename(path, extname(path)).replace(/[^\w.-]+/gu, '_') || 'output';
  let name = base;
  for (let count = 2; names.has(name.toLowerCase()); count += 1) name = `${base}-${count}`;
  names.add(name.toLowerCase());
  return name;
}

/** The name a pipeline is shown by: that of its file, without the ending. */
export function pipelineName(file: string): string {
  return basename(file).replace(/(?:\.openline)?\.ya?ml$/u, '');
}
