/** Answers what the editor asks about a run, or has done with it (core/run/runQuestions.ts). */
import * as z from 'zod';
import { loadTokenCounter } from '../core/curate/tokens.ts';
import { DEFAULT_ENCODING } from '../core/curate/encodings.ts';
import { EXPORT_FORMATS } from '../core/datasets/formats.ts';
import type { Endpoint } from '../core/endpoints/endpoint.ts';
import { namedProfileSchema, type NamedProfile } from '../core/endpoints/profile.ts';
import type { WarningListener } from '../core/endpoints/warnOnce.ts';
import type { PlanContext } from '../core/pipeline/planContext.ts';
import { findWorkspaceRoot } from '../core/pipeline/workspaceRoot.ts';
import { isJsonObject } from '../core/record/json.ts';
import { amendAnswers } from '../core/run/amend.ts';
import { readAnswer } from '../core/run/answer.ts';
import { explainStages, type ExplainedStep } from '../core/run/explain.ts';
import { exportRecords } from '../core/run/exportRecords.ts';
import { runSource } from '../core/run/exportSource.ts';
import { keepEdits } from '../core/run/keepEdits.ts';
import { descendantsOf, lineageOfLine, lineageOfReject } from '../core/run/lineage.ts';
import { comparedOutputs, compareRuns } from '../core/run/compare/compareRuns.ts';
import { readChanges } from '../core/run/compare/recordChanges.ts';
import { estimateRepair, repair, type RepairProgress, type RepairReport } from '../core/run/repair.ts';
import { moreOfBranch } from '../core/run/moreOfBranch.ts';
import { readTargets, type RepairTargets } from '../core/run/repairTargets.ts';
import { readRunFile, runPaths } from '../core/run/runFolder.ts';
import {
  MOST_DIFFERING,
  type HistoryStage,
  type RunAnswer,
  type RunQuestion,
  type RunQuestions,
  type Subject,
} from '../core/run/runQuestions.ts';
import { connect, connectOptionsOf } from '../core/transport/connect.ts';
import { explain } from './commandLine.ts';
import { changesText, comparedDocuments } from './comparedDocuments.ts';
import { withKeys } from './profileKeys.ts';

/** What is shown of an answer without opening it, in characters. */
const SAID_CHARACTERS = 400;

const folder = z.string();
const line = z.int().min(0);
const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('record'), output: z.string(), line }),
  z.object({ kind: z.literal('reject'), line }),
]);
const targets = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('records'), output: z.string(), lines: z.array(line) }),
  z.object({ kind: z.literal('rejects'), lines: z.array(line) }),
  z.object({ kind: z.literal('cause'), step: z.string(), reason: z.string() }),
]);
const record = z.record(z.string(), z.json());
const prices = z.object({ prompt: z.number(), completion: z.number() });

/** The editor's questions, checked. */
export const runQuestionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('history'), folder, subject }),
  z.object({ kind: z.literal('descendants'), folder, step: z.string(), key: z.string() }),
  z.object({ kind: z.literal('repair-target'), folder, targets }),
  z.object({ kind: z.literal('estimate-repair'), folder, targets, instruction: z.string(), prices: prices.nullable() }),
  z.object({
    kind: z.literal('repair'),
    folder,
    targets,
    instruction: z.string(),
    profile: namedProfileSchema,
    model: z.string(),
  }),
  z.object({
    kind: z.literal('amend'),
    folder,
    amendments: z.array(z.object({ at: z.string(), text: z.string(), instruction: z.string(), by: z.string() })),
  }),
  z.object({
    kind: z.literal('keep-edits'),
    folder,
    output: z.string(),
    edits: z.array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('change'), line, after: record }),
        z.object({ kind: z.literal('add'), id: z.string(), after: record, note: z.string() }),
      ]),
    ),
  }),
  z.object({ kind: z.literal('compare'), folder, other: folder }),
  z.object({
    kind: z.literal('compare-records'),
    folder,
    other: folder,
    output: z.string(),
    lines: z.array(z.tuple([line.nullable(), line.nullable()])),
  }),
  z.object({
    kind: z.literal('more'),
    folder,
    path: z.array(z.object({ step: z.string(), field: z.string(), value: z.string() })).min(1),
  }),
  z.object({
    kind: z.literal('export'),
    folder,
    output: z.string(),
    lines: z.array(line).nullable(),
    format: z.enum(EXPORT_FORMATS),
    path: z.string(),
    force: z.boolean(),
  }),
]);

/** What zod leaves as possibly undefined is left out instead. */
export function toRunQuestion(given: z.infer<typeof runQuestionSchema>): RunQuestion {
  return given.kind === 'repair' ? { ...given, profile: withKeys(given.profile) } : given;
}

export interface RunQuestionTools {
  /** @param onWarning told of what the service cannot do and the question goes without */
  readonly open: (profile: NamedProfile, onWarning: WarningListener) => Endpoint;
  /** Version of Openline, for the cards of what is written. */
  readonly version: string;
  /** The built-in templates and recipes. */
  readonly library: () => Promise<Pick<PlanContext, 'recipes' | 'templates'>>;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: RepairProgress) => void;
}

/** Never rejects: what goes wrong is the answer. */
export async function answerRunQuestion(question: RunQuestion, tools: RunQuestionTools): Promise<RunAnswer> {
  try {
    return { ok: true, value: await answer(question, tools) };
  } catch (error) {
    return { ok: false, message: explain(error).message };
  }
}

async function answer(
  question: RunQuestion,
  tools: RunQuestionTools,
): Promise<Extract<RunAnswer, { ok: true }>['value']> {
  switch (question.kind) {
    case 'history':
      return history(question.folder, question.subject);
    case 'descendants':
      return descendantsOf(question.folder, question);
    case 'repair-target':
      return firstTarget(question.folder, question.targets);
    case 'estimate-repair':
      return estimateRepair(question, await loadTokenCounter(DEFAULT_ENCODING), question.prices ?? undefined);
    case 'repair':
      return putRight(question, tools);
    case 'amend':
      await amendAnswers(question.folder, question.amendments);
      return null;
    case 'keep-edits':
      return { review: await keepEdits(question.folder, question.output, question.edits) };
    case 'compare':
      return compare(question, tools.stop);
    case 'compare-records':
      return comparePage(question);
    case 'more':
      return moreOfBranch(question.folder, question.path, await tools.library());
    case 'export':
      return exportSome(question, tools);
  }
}

async function compare(
  { folder, other }: Extract<RunQuestion, { kind: 'compare' }>,
  stop: AbortSignal,
): Promise<RunQuestions['compare']['answer']> {
  const { comparison, pairs } = await compareRuns([folder, other], stop);
  return {
    documents: comparedDocuments(comparison),
    outputs: comparison.outputs.map(({ name, counts }) => {
      const differing = pairs.find((pair) => pair.name === name)?.differing ?? [];
      return { name, counts, differing: differing.slice(0, MOST_DIFFERING) };
    }),
    missing: comparison.missing,
  };
}

async function comparePage({
  folder,
  other,
  output,
  lines,
}: Extract<RunQuestion, { kind: 'compare-records' }>): Promise<RunQuestions['compare-records']['answer']> {
  const [before, after] = await comparedOutputs([folder, other], output);
  return changesText(await readChanges(before, after, lines));
}

async function firstTarget(folder: string, targets: RepairTargets): Promise<RunQuestions['repair-target']['answer']> {
  for await (const { id, at, said, fields } of readTargets(folder, targets)) {
    return { id, at, before: at === null ? fields : (said ?? '') };
  }
  return null;
}

async function putRight(
  question: Extract<RunQuestion, { kind: 'repair' }>,
  { open, stop, onProgress }: RunQuestionTools,
): Promise<RepairReport> {
  const { profile } = question;
  const connection = connect(
    open(profile, () => undefined),
    connectOptionsOf(profile.profile),
  );
  try {
    return await repair({ ...question, endpoint: profile.name }, connection, stop, onProgress);
  } finally {
    await connection.close();
  }
}

async function exportSome(
  { folder, output, lines, format, path, force }: Extract<RunQuestion, { kind: 'export' }>,
  { version, stop }: RunQuestionTools,
): Promise<RunQuestions['export']['answer']> {
  const source = await runSource(folder, output);
  const root = await findWorkspaceRoot(path);
  const chosen = lines === null ? source : { ...source, lines: new Set(lines) };
  const { records, rejected } = await exportRecords({
    source: chosen,
    format,
    output: path,
    root,
    force,
    version,
    stop,
  });
  return { records, rejected };
}

async function history(folder: string, subject: Subject): Promise<RunQuestions['history']['answer']> {
  const lineage =
    subject.kind === 'record'
      ? await lineageOfLine(folder, subject.output, subject.line)
      : await lineageOfReject(folder, subject.line);
  if (lineage === undefined) return null;
  const paths = runPaths(folder);
  const stages = explainStages(paths.journal, (await readRunFile(paths)).plan, lineage.stages);
  return { id: lineage.id, stages: stages.map(stageOf) };
}

function stageOf({ step, key, template, at, endpoint, request, answer, ...told }: ExplainedStep): HistoryStage {
  const { from, milliseconds, failure, amended } = told;
  const read = readAnswer(answer);
  const asked = isJsonObject(request) ? request['model'] : undefined;
  return {
    step,
    key,
    template: template?.source ?? null,
    at,
    endpoint,
    model: read?.model ?? (typeof asked === 'string' ? asked : ''),
    milliseconds: typeof milliseconds === 'number' ? milliseconds : null,
    isReused: from !== null,
    isAmended: amended !== null,
    said: (read?.choices[0]?.text ?? failure ?? '').slice(0, SAID_CHARACTERS),
  };
}
