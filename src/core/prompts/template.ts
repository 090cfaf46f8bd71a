/** What the answer to a template is expected to be. */
export type Expects = 'list' | 'text' | 'yes-no' | 'qa-pairs' | 'json';

/** A prompt template, read and checked. */
export interface Template {
  /** Kebab-case id of a built-in template, or the path by which the pipeline names it. */
  readonly id: string;
  /** Where it was read from, `/`-separated; built-in templates have `builtin:<id>`; inline ones `inline:<step>`. */
  readonly source: string;
  readonly description: string;
  readonly body: string;
  readonly system?: string;
  readonly expects?: Expects;
  /** Values for the live preview. */
  readonly sample: Readonly<Record<string, string | number>>;
  /** Names of the placeholders of body and system, each once, in order of appearance. */
  readonly placeholders: readonly string[];
  /** SHA-256 of body and system, hex. */
  readonly hash: string;
}
