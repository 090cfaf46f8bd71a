/**
 * What the host and the form of a pipeline say to each other. The schemas are the definition; both ends check with them
 * what comes in. The pipeline's text is the only truth: the host tells what is in it, the form asks for changes of it.
 * (`zod/mini`, since the webview carries it.)
 */
import * as z from 'zod/mini';
import { messageSchema } from './preview.ts';

const count = z.number();
const text = z.string();
const pathSchema = z.array(z.union([text, count]));

/** How a value is edited. `list`: one element a line; `passage`: a text of several lines. */
export const CONTROLS = ['text', 'passage', 'number', 'switch', 'choice', 'list', 'endpoint', 'model'] as const;
export type Control = (typeof CONTROLS)[number];

const valueSchema = z.discriminatedUnion('kind', [
  /** The key is not there: the placeholder applies. */
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('text'), text }),
  z.object({ kind: z.literal('list'), items: z.array(text) }),
  /** A form that this control cannot hold; it is edited in the text. */
  z.object({ kind: z.literal('other'), text }),
]);

const fieldSchema = z.object({
  /** Where the value stands in the file. */
  path: pathSchema,
  name: text,
  description: text,
  control: z.enum(CONTROLS),
  choices: z.array(text),
  value: valueSchema,
  /** What applies when nothing is given. */
  placeholder: text,
  isRequired: z.boolean(),
  /** Steps back among the others until it is given or asked for. */
  isMinor: z.boolean(),
  problem: z.nullable(z.object({ severity: z.enum(['error', 'warning']), message: text })),
});

/** A value of the file as the form shows it. */
export type SetupField = z.infer<typeof fieldSchema>;
export type SetupValue = SetupField['value'];

const problemSchema = z.object({ severity: z.enum(['error', 'warning']), message: text, line: count });
export type SetupProblem = z.infer<typeof problemSchema>;

const stepSchema = z.object({
  id: text,
  kind: text,
  from: z.array(text),
  asks: z.boolean(),
  /** Which of the file's own steps it is; null: a step of the recipe. */
  index: z.nullable(count),
  template: z.nullable(
    z.object({
      /** As a person names it: an id, a path, or that it stands in the pipeline. */
      name: text,
      place: z.enum(['builtin', 'file', 'inline']),
      /** Whether it takes the place of the recipe's own. */
      isReplaced: z.boolean(),
      /** Why it cannot be used, in a sentence; null: it can. Then its prompt is not known. */
      problem: z.nullable(text),
      messages: z.array(messageSchema),
    }),
  ),
  fields: z.array(fieldSchema),
  /** Options that are edited in the text. */
  others: z.array(text),
});

/** A step as the form shows it. */
export type SetupStep = z.infer<typeof stepSchema>;

const viewSchema = z.object({
  /** Of the text that it shows. */
  version: count,
  name: text,
  /** The file as a person would name it. */
  place: text,
  /** Why nothing can be changed here, in a sentence; null: it can. */
  locked: z.nullable(text),
  /** Why nothing can be run or foreseen, in a sentence; null: it can. */
  blocked: z.nullable(text),
  recipe: z.nullable(z.object({ id: text, title: text, description: text })),
  /** What is wrong and stands at no field of the form. */
  problems: z.array(problemSchema),
  hasErrors: z.boolean(),
  /** Of which parameters one is given, where the recipe has a choice; and which that is. */
  sources: z.nullable(z.object({ names: z.array(text), chosen: text })),
  parameters: z.array(fieldSchema),
  asking: z.array(fieldSchema),
  reading: z.array(fieldSchema),
  outputs: z.array(z.array(fieldSchema)),
  limits: z.array(fieldSchema),
  steps: z.array(stepSchema),
  /** Kinds of steps that can be added; empty where the steps are a recipe's. */
  additions: z.array(z.object({ id: text, label: text, description: text })),
});

/** What the form shows of a pipeline. */
export type SetupView = z.infer<typeof viewSchema>;

const range = z.object({ low: count, likely: count, high: count });
const estimateSchema = z.object({
  state: z.enum(['asking', 'known', 'unknown']),
  /** Why it cannot be told, in a sentence. */
  problem: z.nullable(text),
  figures: z.nullable(
    z.object({
      records: z.nullable(count),
      requests: range,
      tokens: range,
      cost: z.nullable(range),
      seconds: range,
      /** Whether an earlier run or preview has measured any of it. */
      isMeasured: z.boolean(),
    }),
  ),
});

/** What a run would take, as far as it is known. */
export type SetupEstimate = z.infer<typeof estimateSchema>;

const record = z.record(text, z.unknown());
const previewSchema = z.object({
  state: z.enum(['none', 'running', 'done', 'failed']),
  /** When it was made, in words; empty while it runs. */
  when: text,
  /** Whether the pipeline has changed since. */
  isStale: z.boolean(),
  /** Why it failed; null where it did not, or was stopped. */
  problem: z.nullable(text),
  steps: z.array(
    z.object({
      step: text,
      questions: z.array(
        z.object({
          address: text,
          who: text,
          messages: z.array(z.object({ role: text, content: text })),
          answers: z.array(text),
        }),
      ),
      records: z.array(z.object({ id: text, fields: record, at: z.array(text) })),
      rejects: z.array(z.object({ id: text, reason: text, message: text, fields: record, at: z.nullable(text) })),
    }),
  ),
});

/** The records of every step of the last preview. */
export type SetupPreview = z.infer<typeof previewSchema>;
export type SetupPreviewStep = SetupPreview['steps'][number];

/** What a person can have done from the form, besides changing values. */
export const SETUP_ACTIONS = [
  'run',
  'preview',
  'stop-preview',
  'open-text',
  'eject',
  'open-studio',
  'manage-trust',
] as const;
export type SetupAction = (typeof SETUP_ACTIONS)[number];

export const TEMPLATE_ACTIONS = ['open', 'try', 'duplicate', 'replace', 'reset'] as const;
export type TemplateAction = (typeof TEMPLATE_ACTIONS)[number];

const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Null: the value is taken out, and the default applies. */
  z.object({
    type: z.literal('edit'),
    path: pathSchema,
    control: z.enum(CONTROLS),
    value: z.nullable(z.union([text, z.array(text)])),
  }),
  z.object({ type: z.literal('choose-source'), name: text }),
  z.object({ type: z.literal('pick-model'), path: pathSchema }),
  z.object({ type: z.literal('show'), path: pathSchema }),
  z.object({ type: z.literal('show-line'), line: count }),
  z.object({ type: z.literal('template'), step: text, action: z.enum(TEMPLATE_ACTIONS) }),
  z.object({ type: z.literal('add-step'), addition: text }),
  z.object({ type: z.literal('remove-step'), index: count }),
  /** The step and the one behind it change places. */
  z.object({ type: z.literal('swap-steps'), index: count }),
  z.object({ type: z.literal('act'), action: z.enum(SETUP_ACTIONS) }),
]);

/** Webview → host. An `edit` is answered when the text has been changed. */
export type ToSetupHost = z.infer<typeof toHostSchema>;

const startSchema = z.object({
  view: viewSchema,
  estimate: estimateSchema,
  preview: previewSchema,
  wording: z.record(text, text),
  language: text,
});

/** What the form needs to begin. */
export type SetupStart = z.infer<typeof startSchema>;

/** Answers of the host, by the request's type. */
export interface SetupHostAnswers {
  readonly [type: string]: unknown;
  readonly ready: SetupStart;
  /** The version of the text that holds the change. */
  readonly edit: number;
}

const toSetupSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('view'), view: viewSchema }),
  z.object({ type: z.literal('estimate'), estimate: estimateSchema }),
  z.object({ type: z.literal('preview'), preview: previewSchema }),
]);

/** Host → webview. */
export type ToSetup = z.infer<typeof toSetupSchema>;

/** The webview answers nothing: what goes to it are notices. */
export type SetupAnswers = Readonly<Record<string, unknown>>;

/** Checks a message of the webview. @throws ZodError */
export function readToSetupHost(value: unknown): ToSetupHost {
  return toHostSchema.parse(value);
}

/** Checks a message of the host. @throws ZodError */
export function readToSetup(value: unknown): ToSetup {
  return toSetupSchema.parse(value);
}

/** Checks the host's answer to a request of the given type. @throws ZodError */
export function readSetupAnswer(type: string, value: unknown): unknown {
  if (type === 'ready') return startSchema.parse(value);
  return type === 'edit' ? count.parse(value) : value;
}
