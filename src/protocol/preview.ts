/**
 * What the host and the preview of a template say to each other. The schemas are the definition; both ends check with
 * them what comes in. (`zod/mini`, since the webview carries it.)
 */
import * as z from 'zod/mini';

const count = z.number();
const text = z.string();

/** Which text of a template a column shows. */
export const VERSION_KINDS = ['text', 'saved', 'head', 'other'] as const;
export type VersionKind = (typeof VERSION_KINDS)[number];

const readingSchema = z.discriminatedUnion('form', [
  z.object({ form: z.enum(['list', 'qa-pairs']), items: z.array(text) }),
  z.object({ form: z.enum(['yes-no', 'text', 'json']), text }),
  z.object({ form: z.literal('problem'), code: text, message: text }),
]);

/** What the answer was read as. */
export type Reading = z.infer<typeof readingSchema>;

const answerSchema = z.object({
  state: z.enum(['asking', 'done', 'failed', 'stopped']),
  text,
  reasoning: z.nullable(text),
  reading: z.nullable(readingSchema),
  /** Why it failed. */
  problem: z.nullable(text),
  /** What the service cannot do and the question went without. */
  warnings: z.array(text),
  /** Who answered. */
  from: text,
  tokens: z.nullable(z.object({ prompt: count, completion: count })),
  cost: z.nullable(count),
  seconds: z.nullable(count),
  /** The prompt has changed since. */
  isStale: z.boolean(),
});
export type PreviewAnswer = z.infer<typeof answerSchema>;

/** A message of a prompt, with what was filled in marked as such. */
export const messageSchema = z.object({
  role: z.enum(['system', 'user']),
  /** `name`: what was filled in for a placeholder; else null. `isMissing`: nothing was. */
  parts: z.array(z.object({ text, name: z.nullable(text), isMissing: z.boolean() })),
});

const columnSchema = z.object({
  id: count,
  version: z.object({ kind: z.enum(VERSION_KINDS), label: text }),
  endpoint: text,
  model: text,
  /** Parameters as the pipeline has them, in words; empty: the service's own. */
  parameters: text,
  messages: z.array(messageSchema),
  /** What is wrong, so that nothing can be sent. */
  problems: z.array(text),
  /** Of the whole prompt; null while they are being counted. */
  tokens: z.nullable(count),
  /** Of sending the prompt; null without prices. */
  promptCost: z.nullable(count),
  answer: z.nullable(answerSchema),
});
export type PreviewColumn = z.infer<typeof columnSchema>;
export type PreviewMessage = PreviewColumn['messages'][number];

/** Where a value comes from. */
export const VALUE_SOURCES = ['record', 'sample', 'pipeline', 'built-in', 'missing'] as const;
export type ValueSource = (typeof VALUE_SOURCES)[number];

const viewSchema = z.object({
  name: text,
  /** Where the template lives, for the eye. */
  place: text,
  values: z.object({
    /** The record's file; null: the sample values. */
    file: z.nullable(text),
    /** From 0. */
    index: count,
    total: count,
    entries: z.array(z.object({ name: text, value: text, from: z.enum(VALUE_SOURCES) })),
    /** Steps of pipelines that use the template, for the eye; with the one whose values are filled in, from 0. */
    uses: z.array(text),
    use: count,
    /** Why there is no record, or what is odd about it. */
    problem: z.nullable(text),
  }),
  columns: z.array(columnSchema),
  endpoints: z.array(z.object({ name: text })),
  versions: z.array(z.object({ kind: z.enum(VERSION_KINDS), label: text })),
  /** Why nothing can be asked; null: it can. */
  blocked: z.nullable(text),
  /** What the panel keeps over a reload of the window. */
  keep: z.unknown(),
});

/** All that the panel shows. */
export type PreviewView = z.infer<typeof viewSchema>;

const startSchema = z.object({
  view: viewSchema,
  wording: z.record(text, text),
  language: text,
});
export type PreviewStart = z.infer<typeof startSchema>;

const toHostSchema = z.discriminatedUnion('type', [
  /** The panel can show something: what is there? */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('try'), column: z.nullable(count) }),
  z.object({ type: z.literal('stop'), column: z.nullable(count) }),
  z.object({ type: z.literal('add-column') }),
  z.object({ type: z.literal('remove-column'), column: count }),
  z.object({ type: z.literal('choose-endpoint'), column: count, endpoint: text }),
  z.object({ type: z.literal('choose-model'), column: count, model: text }),
  z.object({ type: z.literal('pick-model'), column: count }),
  z.object({ type: z.literal('choose-use'), index: count }),
  z.object({ type: z.literal('choose-version'), column: count, kind: z.enum(VERSION_KINDS) }),
  z.object({ type: z.literal('use-sample') }),
  z.object({ type: z.literal('pick-record') }),
  z.object({ type: z.literal('go-to-record'), index: count }),
  z.object({ type: z.literal('open-template') }),
]);

/** Webview → host. */
export type ToPreviewHost = z.infer<typeof toHostSchema>;

/** Answers of the host, by the request's type. */
export interface PreviewHostAnswers {
  readonly [type: string]: unknown;
  readonly ready: PreviewStart;
}

const toPreviewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('view'), view: viewSchema }),
  /** More of an answer has come. */
  z.object({ type: z.literal('chunk'), column: count, text }),
]);

/** Host → webview. */
export type ToPreview = z.infer<typeof toPreviewSchema>;

/** The webview answers nothing: what goes to it are notices. */
export type PreviewAnswers = Readonly<Record<string, unknown>>;

/** Checks a message of the webview. @throws ZodError */
export function readToPreviewHost(value: unknown): ToPreviewHost {
  return toHostSchema.parse(value);
}

/** Checks a message of the host. @throws ZodError */
export function readToPreview(value: unknown): ToPreview {
  return toPreviewSchema.parse(value);
}

/** Checks the host's answer to a request of the given type. @throws ZodError */
export function readPreviewAnswer(type: string, value: unknown): unknown {
  return type === 'ready' ? startSchema.parse(value) : value;
}

const keptSchema = z.object({
  uri: text,
  record: z.nullable(z.object({ path: text, index: count })),
  /** Pipeline and step whose values are filled in. */
  use: z._default(z.nullable(text), null),
  columns: z.array(
    z.object({
      version: z.enum(VERSION_KINDS),
      other: z.nullable(text),
      endpoint: text,
      model: text,
      answer: z.nullable(answerSchema),
    }),
  ),
});

/** What a panel keeps over a reload of the window. */
export type PreviewState = z.infer<typeof keptSchema>;

/** Reads what a panel kept; undefined when it is nothing of ours. */
export function readPreviewState(value: unknown): PreviewState | undefined {
  const checked = keptSchema.safeParse(value);
  return checked.success ? checked.data : undefined;
}
