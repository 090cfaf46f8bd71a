/**
 * What the editor asks about a run, or has done with it, in a process of its own: how records came to be, what became of
 * them, and what is put right. Plain JSON, part of the protocol of questions (questionProtocol.ts).
 */
import type { NamedProfile } from '../endpoints/profile.ts';
import type { ExportFormat } from '../datasets/formats.ts';
import type { JsonObject } from '../record/json.ts';
import type { TopicPlace } from '../curate/statistics/topicTree.ts';
import type { Amendment } from './amend.ts';
import type { AlignedRecords, RecordCounts } from './compare/recordChanges.ts';
import type { Descendants } from './lineage.ts';
import type { ProposedPipeline } from './moreOfBranch.ts';
import type { RepairEstimate, RepairReport } from './repair.ts';
import type { RepairTargets } from './repairTargets.ts';

/** Differing records of an output that an editor is told of; the command writes all of them into a file. */
export const MOST_DIFFERING = 5000;

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

/** What is to be put right, and how. */
export interface RepairWish {
  readonly targets: RepairTargets;
  readonly instruction: string;
}

/** A record as it is to be. */
export type RecordEdit =
  /** A record of the output; its line counts from 0. */
  | { readonly kind: 'change'; readonly line: number; readonly after: JsonObject }
  /** One that was turned down and is to be added as it is now. */
  | { readonly kind: 'add'; readonly id: string; readonly after: JsonObject; readonly note: string };

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
  /** What of a record or reject is put right: an answer, or the record; null where there is no such line. */
  readonly 'repair-target': {
    readonly question: { readonly targets: RepairTargets };
    readonly answer: {
      readonly id: string;
      readonly at: string | null;
      readonly before: JsonObject | string;
    } | null;
  };
  /** Nothing is sent. */
  readonly 'estimate-repair': {
    readonly question: RepairWish & { readonly prices: NamedProfile['profile']['prices'] | null };
    readonly answer: RepairEstimate;
  };
  /** Tells of its progress (`looking`); stopping it keeps what was answered. */
  readonly repair: {
    readonly question: RepairWish & { readonly profile: NamedProfile; readonly model: string };
    readonly answer: RepairReport;
  };
  /** Puts corrected answers into the journal; the run is to be worked through again. */
  readonly amend: {
    readonly question: { readonly amendments: readonly Amendment[] };
    readonly answer: null;
  };
  /** Keeps what records are to be as decisions in the output's review file. */
  readonly 'keep-edits': {
    readonly question: { readonly output: string; readonly edits: readonly RecordEdit[] };
    readonly answer: { readonly review: string };
  };
  /** The run is the earlier of two; the texts are for an editor that compares them. */
  readonly compare: {
    readonly question: { readonly other: string };
    readonly answer: {
      readonly documents: readonly {
        /** The pipelines as they were run; the settings of their steps that differ; what came of the runs. */
        readonly kind: 'pipeline' | 'settings' | 'figures';
        readonly ending: string;
        readonly before: string;
        readonly after: string;
      }[];
      readonly outputs: readonly {
        readonly name: string;
        readonly counts: RecordCounts;
        /** Lines of either output that differ, at the most {@link MOST_DIFFERING}. */
        readonly differing: AlignedRecords['differing'];
      }[];
      /** Why the records of an output could not be compared, in sentences. */
      readonly missing: readonly { readonly name: string; readonly why: string }[];
    };
  };
  /** Some of the differing records, as texts. */
  readonly 'compare-records': {
    readonly question: {
      readonly other: string;
      readonly output: string;
      readonly lines: AlignedRecords['differing'];
    };
    readonly answer: { readonly before: string; readonly after: string };
  };
  /** A pipeline that makes more records of a branch; nothing is written. */
  readonly more: {
    readonly question: { readonly path: readonly Required<TopicPlace>[] };
    readonly answer: ProposedPipeline;
  };
  /** Writes some of an output's records in a format. */
  readonly export: {
    readonly question: {
      readonly output: string;
      /** Null: all. */
      readonly lines: readonly number[] | null;
      readonly format: ExportFormat;
      /** Absolute path of the file to write. */
      readonly path: string;
      readonly force: boolean;
    };
    readonly answer: { readonly records: number; readonly rejected: Readonly<Record<string, number>> };
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
