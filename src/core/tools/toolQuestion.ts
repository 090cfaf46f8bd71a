/** What a person is asked before a tool spends or writes: facts, which the editor and the command put into words. */
import * as z from 'zod';
import { canonicalJson, type Json } from '../record/json.ts';

const rangeSchema = z.object({ low: z.number(), likely: z.number(), high: z.number() });

/** What a run may use at the most. */
const limits = z.object({
  requests: z.number().exactOptional(),
  tokens: z.number().exactOptional(),
  cost: z.number().exactOptional(),
  minutes: z.number().exactOptional(),
});

export const toolQuestionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('write'),
    /** As the person would write it. */
    path: z.string(),
    /** A file stands there already. */
    replaces: z.boolean(),
    text: z.string(),
  }),
  z.object({
    kind: z.enum(['run', 'preview', 'resume']),
    /** The pipeline, as the person would write its path. */
    pipeline: z.string(),
    /** Id of the run that goes on. */
    run: z.string().nullable(),
    /** Who is asked: name, and where it is. */
    endpoints: z.array(z.object({ name: z.string(), where: z.string(), models: z.array(z.string()) })),
    /** Requests, tokens and cost that are expected. */
    requests: rangeSchema,
    tokens: z.number(),
    cost: rangeSchema.nullable(),
    seconds: z.number(),
    budget: limits,
    /** Where records are written; empty: nowhere outside Openline's own folder. */
    outputs: z.array(z.string()),
    /** Programs that the pipeline starts. */
    programs: z.array(z.string()),
    /** SHA-256 of the pipeline's text: consent is given to this one. */
    sha256: z.string(),
  }),
]);

export type ToolQuestion = z.infer<typeof toolQuestionSchema>;
/** A question about a run. */
export type RunQuestion = Extract<ToolQuestion, { kind: 'run' | 'preview' | 'resume' }>;

/**
 * Stands for one call as the person was told of it: a yes counts for this one alone. An estimate may become more exact
 * meanwhile.
 *
 * @param hash of a text, in hex
 */
export function callCode(name: string, input: Json, question: ToolQuestion, hash: (text: string) => string): string {
  const told: Json =
    question.kind === 'write'
      ? { path: question.path, text: question.text, replaces: question.replaces }
      : {
          endpoints: question.endpoints.map((endpoint) => ({ ...endpoint })),
          ...{ sha256: question.sha256, run: question.run, programs: question.programs, outputs: question.outputs },
          ...{ budget: Object.entries(question.budget).map(([limit, value]) => [limit, value]) },
        };
  return hash(canonicalJson({ name, input, told })).slice(0, 16);
}
