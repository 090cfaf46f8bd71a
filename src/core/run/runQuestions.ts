/**
 * What the editor asks about a run, or has done with it, in a process of its own: how records came to be, what became of
 * them, and what is put right. Plain JSON, part of the protocol of questions (questionProtocol.ts).
 */
import type { Descendants } from './lineage.ts';

/** Something a run's panel shows: a record of an output, or something that was turned down; lines count from 0. */
export type Subject =
  | { readonly kind: 'record'; readonly output: string; readonly line: number }
  | { readonly kind: 'reject'; readonly line: number };

/** A step in the history of a record, as a panel shows it. */
export interface HistoryStage {
  readonly step: string;
  readonly key: string;
  /** Where its template stands (`builtin:ID`, or a path as in the pipeline); null where there is none. */
  readonly template: string | null;
  /** Address of its answer in the journal; null where no model was asked. */
  readonly at: string | null;
  readonly endpoint: string;
  readonly model: string;
  readonly milliseconds: number | null;
  /** Whether the answer was taken over from an earlier run. */
  readonly isReused: boolean;
  /** Whether a person has corrected the answer. */
  readonly isAmended: boolean;
  /** The beginning of what was said, or why nothing was; empty where no model was asked. */
  readonly said: string;
}

/** What can be asked, each with what answers it. */
export interface RunQuestions {
  readonly history: {
    readonly question: { readonly subject: Subject };
    readonly answer: { readonly id: string; readonly stages: readonly HistoryStage[] } | null;
  };
  readonly descendants: {
    readonly question: { readonly step: string; readonly key: string };
    readonly answer: Descendants;
  };
}
export type RunQuestionKind = keyof RunQuestions;

/** A question about the run in a folder. */
export type RunQuestion = {
  readonly [Kind in RunQuestionKind]: { readonly kind: Kind; readonly folder: string } & RunQuestions[Kind]['question'];
}[RunQuestionKind];

/** What came of a question; the message says why there is no answer. */
export type RunAnswer =
  | { readonly ok: true; readonly value: RunQuestions[RunQuestionKind]['answer'] }
  | { readonly ok: false; readonly message: string };
