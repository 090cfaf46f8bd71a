/** The part of the Studio's conversation (studio.ts) that is about putting records right. */
import * as z from 'zod/mini';

const count = z.number();
const text = z.string();

/** What is to be put right: some lines of a table, or everything that was turned down for one cause. */
const scopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lines'), source: text, lines: z.array(count) }),
  z.object({ kind: z.literal('cause'), step: text, reason: text }),
]);
export type RepairScope = z.infer<typeof scopeSchema>;

/** A record or an answer as it is to be. */
const correctionSchema = z.object({
  line: count,
  id: text,
  /** Address of the answer that is corrected; null: it is the record. */
  at: z.nullable(text),
  /** JSON of the record, or the answer. */
  after: text,
  /** With what it was asked for; empty: by hand. */
  instruction: text,
  by: text,
});
export type Correction = z.infer<typeof correctionSchema>;

const asking = { scope: scopeSchema, instruction: text, endpoint: text, model: text };

/** Webview → host. */
export const repairRequests = [
  /** What of a line is put right, and who can be asked. */
  z.object({ type: z.literal('repair-start'), source: text, line: count }),
  z.object({ type: z.literal('repair-estimate'), ...asking }),
  z.object({ type: z.literal('repair-ask'), ...asking }),
  z.object({ type: z.literal('repair-stop') }),
  /** Shows the difference in the editor; both as text. */
  z.object({ type: z.literal('repair-compare'), title: text, before: text, after: text, isJson: z.boolean() }),
  z.object({ type: z.literal('repair-keep'), source: text, corrections: z.array(correctionSchema) }),
] as const;

const startSchema = z.object({
  id: text,
  at: z.nullable(text),
  /** JSON of the record without its key, or the answer. */
  before: text,
  /** Those that can be asked, with the models they are usually asked for; the run's own first. */
  endpoints: z.array(z.object({ name: text, model: text })),
  /** Why nothing can be put right now, in a sentence; null: it can. */
  obstacle: z.nullable(text),
});
export type RepairStart = z.infer<typeof startSchema>;

const estimateSchema = z.object({
  requests: count,
  /** In words: so many requests, tokens, and what they cost. */
  text,
});
export type RepairCost = z.infer<typeof estimateSchema>;

const reportSchema = z.object({
  proposals: z.array(
    z.object({
      line: count,
      id: text,
      at: z.nullable(text),
      before: text,
      after: z.nullable(text),
      problem: z.nullable(text),
    }),
  ),
  /** What it took, in words. */
  text,
  isStopped: z.boolean(),
});
export type RepairProposals = z.infer<typeof reportSchema>;
export type RepairProposal = RepairProposals['proposals'][number];

const keptSchema = z.object({
  /** What was done, in a sentence. */
  text,
});
export type RepairKept = z.infer<typeof keptSchema>;

/** What the host answers, by the request's type. */
export interface RepairAnswers {
  readonly 'repair-start': RepairStart;
  readonly 'repair-estimate': RepairCost;
  readonly 'repair-ask': RepairProposals;
  readonly 'repair-keep': RepairKept;
}

export const repairAnswerSchemas: Readonly<Record<keyof RepairAnswers, z.ZodMiniType>> = {
  'repair-start': startSchema,
  'repair-estimate': estimateSchema,
  'repair-ask': reportSchema,
  'repair-keep': keptSchema,
};

/** Host → webview: how many have been asked. */
export const repairProgressSchema = z.object({ type: z.literal('repair-progress'), done: count, failed: count });
export type RepairProgressMessage = z.infer<typeof repairProgressSchema>;
