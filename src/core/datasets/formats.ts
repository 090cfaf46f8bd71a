/** The forms an output can have. */
export const OUTPUT_FORMATS = ['jsonl'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
