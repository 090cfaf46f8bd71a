/** A pipeline that makes more records of one branch of another's: it begins with the branch, as its step made it. */
import { basename } from 'node:path';
import { isMap, isSeq, parseDocument, type Document } from 'yaml';
import { InvalidInputError } from '../errors.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { ejectPipeline, writeCompactly } from './ejectPipeline.ts';
import { CONVERSION } from './planGenerate.ts';
import type { PlanContext } from './planContext.ts';
import type { PipelineText } from './planPipeline.ts';

/** A branch of a pipeline's records. */
export interface PipelineBranch {
  /** Step that makes it. */
  readonly step: string;
  /** What its record holds: the topic, and those above it. Several values of a field: every combination is a record. */
  readonly fields: Readonly<Record<string, readonly Json[]>>;
  /** What it is called, from the widest topic to the narrowest. */
  readonly names: readonly string[];
}

/** A step as far as the graph goes. */
interface Node {
  readonly id: string;
  readonly from: readonly string[];
  readonly isLeftOut: boolean;
}

/**
 * Writes the pipeline of a branch: the steps behind the one that makes the branch, which gives way to a `read` of the
 * branch itself. Its outputs are files of their own, and it takes over no answers of earlier runs: those are the records
 * that are there already.
 *
 * @param stem goes behind the names of the outputs
 * @returns YAML
 * @throws InvalidInputError when nothing that is written comes of the step
 */
export async function branchPipeline(
  input: PipelineText,
  { step, fields, names }: PipelineBranch,
  stem: string,
  context: Pick<PlanContext, 'recipes' | 'templates'>,
): Promise<string> {
  const isRecipe = parseDocument(input.text).has('recipe');
  const document = parseDocument(isRecipe ? await ejectPipeline(input, context) : input.text);
  const nodes = nodesOf(document);
  const kept = behind(step, nodes);
  const fail = (): never => {
    throw InvalidInputError.of('no-branch', `nothing that is written comes of the step ${step} alone`, {
      file: input.file,
    });
  };
  if (!nodes.some(({ id }) => id === step) || kept.size < 2) return fail();
  keepSteps(document, nodes, kept, { id: step, read: readOf(fields) });
  const last = nodes.findLast(({ isLeftOut }) => !isLeftOut)?.id ?? '';
  if (!nameOutputs(document, kept, last, { stem, file: input.file })) return fail();
  forgetTemplates(document, kept, step);
  document.delete('target');
  writeHead(document, {
    description: `More records of one branch of ${basename(input.file)}: ${names.join(' › ')}`,
    // Answers to the same questions are there already: those of the branch as it is.
    reuse: false,
  });
  writeCompactly(document);
  return document.toString({ lineWidth: 120 });
}

function readOf(fields: PipelineBranch['fields']): JsonObject {
  const entries = Object.entries(fields);
  const [only] = entries;
  if (only !== undefined && entries.length === 1) return { values: only[1], into: only[0] };
  return { cross: { ...fields } };
}

/** The steps as written, each with those it reads from. */
function nodesOf(document: Document): readonly Node[] {
  const { steps } = document.toJS() as { readonly steps?: readonly JsonObject[] };
  const nodes: Node[] = [];
  for (const { id, from, when, read } of steps ?? []) {
    const before = nodes.findLast(({ isLeftOut }) => !isLeftOut)?.id;
    const usual = read !== undefined || before === undefined ? [] : [before];
    nodes.push({
      id: typeof id === 'string' ? id : '',
      from: from === undefined ? usual : ([from] as readonly Json[]).flat().map(String),
      isLeftOut: when === false,
    });
  }
  return nodes;
}

/** The step and all that comes of it. */
function behind(step: string, nodes: readonly Node[]): ReadonlySet<string> {
  const kept = new Set([step]);
  // Steps may be written in any order.
  for (let size = 0; size !== kept.size;) {
    ({ size } = kept);
    for (const { id, from, isLeftOut } of nodes) {
      if (!isLeftOut && from.some((source) => kept.has(source))) kept.add(id);
    }
  }
  return kept;
}

function keepSteps(document: Document, nodes: readonly Node[], kept: ReadonlySet<string>, start: JsonObject): void {
  const steps = document.get('steps', true);
  if (!isSeq(steps)) return;
  const following: unknown[] = [];
  let before = start['id'];
  for (const [at, { id, from }] of nodes.entries()) {
    const written = steps.items[at];
    if (id === start['id'] || !kept.has(id) || !isMap(written)) continue;
    const sources = from.filter((source) => kept.has(source));
    const isUsual = sources.length === 1 && sources[0] === before;
    if (isUsual) written.delete('from');
    else written.set('from', document.createNode(sources.length === 1 ? sources[0] : sources));
    following.push(written);
    before = id;
  }
  steps.items = [document.createNode(start), ...following];
}

/** An output as it stands in the file, which has been run. */
interface Output {
  readonly from?: string;
  readonly path: string;
}

/** @returns whether any output is left */
function nameOutputs(
  document: Document,
  kept: ReadonlySet<string>,
  last: string,
  { stem, file }: { readonly stem: string; readonly file: string },
): boolean {
  const { output, outputs } = document.toJS() as { readonly output?: string; readonly outputs?: readonly Output[] };
  const name = basename(file).replace(/\.openline\.ya?ml$/u, '');
  const all: readonly Output[] = outputs ?? [{ path: output ?? `data/${name}.jsonl` }];
  const left = all.filter(({ from = last }) => kept.has(from));
  document.delete('output');
  document.set('outputs', document.createNode(left.map((one) => ({ ...one, path: withStem(one.path, stem) }))));
  return left.length > 0;
}

/** Puts keys behind the version, where a person looks first. */
function writeHead(document: Document, keys: JsonObject): void {
  if (!isMap(document.contents)) return;
  for (const key of Object.keys(keys)) document.delete(key);
  const pairs = Object.entries(keys).map(([key, value]) => document.createPair(key, value));
  document.contents.items.splice(1, 0, ...pairs);
}

/** `data/chat.jsonl` → `data/chat-STEM.jsonl` */
export function withStem(path: string, stem: string): string {
  const [, before = path, ending = ''] = /^(.*?[^/])(\.[^./]+)?$/u.exec(path) ?? [];
  return `${before}-${stem}${ending}`;
}

/** Templates of steps that are not there any more would be mistakes. */
function forgetTemplates(document: Document, kept: ReadonlySet<string>, start: string): void {
  const prompts = document.get('prompts', true);
  if (!isMap(prompts)) return;
  for (const { key } of [...prompts.items]) {
    const id = String(key);
    if (id !== CONVERSION && (id === start || !kept.has(id))) prompts.delete(key);
  }
  if (prompts.items.length === 0) document.delete('prompts');
}
