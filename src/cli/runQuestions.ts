/** Answers what the editor asks about a run (core/run/runQuestions.ts). */
import * as z from 'zod';
import { readAnswer } from '../core/run/answer.ts';
import { explainStages, type ExplainedStep } from '../core/run/explain.ts';
import { descendantsOf, lineageOfLine, lineageOfReject } from '../core/run/lineage.ts';
import { readRunFile, runPaths } from '../core/run/runFolder.ts';
import type { HistoryStage, RunAnswer, RunQuestion, Subject } from '../core/run/runQuestions.ts';
import { isJsonObject } from '../core/record/json.ts';
import { explain } from './commandLine.ts';

/** What is shown of an answer without opening it, in characters. */
const SAID_CHARACTERS = 400;

const folder = z.string();
const line = z.int().min(0);
const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('record'), output: z.string(), line }),
  z.object({ kind: z.literal('reject'), line }),
]);

/** The editor's questions, checked. */
export const runQuestionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('history'), folder, subject }),
  z.object({ kind: z.literal('descendants'), folder, step: z.string(), key: z.string() }),
]);

/** Never rejects: what goes wrong is the answer. */
export async function answerRunQuestion(question: RunQuestion): Promise<RunAnswer> {
  try {
    return { ok: true, value: await answer(question) };
  } catch (error) {
    return { ok: false, message: explain(error).message };
  }
}

async function answer(question: RunQuestion): Promise<Extract<RunAnswer, { ok: true }>['value']> {
  switch (question.kind) {
    case 'history':
      return history(question.folder, question.subject);
    case 'descendants':
      return descendantsOf(question.folder, question);
  }
}

async function history(
  folder: string,
  subject: Subject,
): Promise<{ readonly id: string; readonly stages: readonly HistoryStage[] } | null> {
  const lineage =
    subject.kind === 'record'
      ? await lineageOfLine(folder, subject.output, subject.line)
      : await lineageOfReject(folder, subject.line);
  if (lineage === undefined) return null;
  const paths = runPaths(folder);
  const stages = explainStages(paths.journal, (await readRunFile(paths)).plan, lineage.stages);
  return { id: lineage.id, stages: stages.map(stageOf) };
}

function stageOf({
  step,
  key,
  template,
  at,
  endpoint,
  request,
  answer,
  from,
  milliseconds,
  failure,
  amended,
}: ExplainedStep): HistoryStage {
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
