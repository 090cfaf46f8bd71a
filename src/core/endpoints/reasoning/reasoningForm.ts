import * as z from 'zod';

/** How a service returns what a model thought before it answered. */
export const REASONING_FORMS = ['none', 'reasoning_content', 'reasoning', 'think-tags', 'parts'] as const;

/** A form of its own: what stands around a thought inside the answer's text. */
const tags = z.strictObject({ open: z.string().min(1), close: z.string().min(1) });

export const reasoningSchema = z.union([z.enum(REASONING_FORMS), tags]);
export type ReasoningForm = z.infer<typeof reasoningSchema>;
