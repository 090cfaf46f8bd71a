/** The encodings that tokens can be counted in: `o200k_base` (GPT-4o and later), `cl100k_base` (GPT-4, GPT-3.5). */
export const ENCODINGS = ['o200k_base', 'cl100k_base'] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** Encoding that counts where none is named. */
export const DEFAULT_ENCODING: Encoding = 'o200k_base';
