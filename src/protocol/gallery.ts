/** What the host and the gallery of recipes say to each other; both ends check with the schemas what comes in. */
import * as z from 'zod/mini';

const text = z.string();

const recipeSchema = z.object({
  id: text,
  title: text,
  description: text,
  /** A record as it makes them. */
  example: z.record(text, z.unknown()),
  /** Its steps, with the parameters as they are offered. */
  steps: z.array(z.object({ id: text, kind: text, from: z.array(text), asks: z.boolean() })),
  parameters: z.array(z.object({ name: text, description: text })),
  /** A name for the new pipeline that is free. */
  name: text,
});

/** A recipe as the gallery shows it. */
export type GalleryRecipe = z.infer<typeof recipeSchema>;

const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Answered by what is wrong with the name; null: the pipeline was made and is open. */
  z.object({ type: z.literal('create'), recipe: text, name: text }),
  /** Questions one after the other instead. */
  z.object({ type: z.literal('ask') }),
]);

/** Webview → host. */
export type ToGalleryHost = z.infer<typeof toHostSchema>;

const startSchema = z.object({ recipes: z.array(recipeSchema), wording: z.record(text, text), language: text });
export type GalleryStart = z.infer<typeof startSchema>;

/** Answers of the host, by the request's type. */
export interface GalleryHostAnswers {
  readonly [type: string]: unknown;
  readonly ready: GalleryStart;
  readonly create: string | null;
}

/** Host → webview: nothing goes there unasked. */
export interface ToGallery {
  readonly type: 'none';
}
export type GalleryAnswers = Readonly<Record<string, unknown>>;

/** Checks a message of the webview. @throws ZodError */
export function readToGalleryHost(value: unknown): ToGalleryHost {
  return toHostSchema.parse(value);
}

/** Checks a message of the host. @throws ZodError */
export function readToGallery(value: unknown): ToGallery {
  return z.object({ type: z.literal('none') }).parse(value);
}

/** Checks the host's answer to a request of the given type. @throws ZodError */
export function readGalleryAnswer(type: string, value: unknown): unknown {
  if (type === 'ready') return startSchema.parse(value);
  return type === 'create' ? z.nullable(text).parse(value) : value;
}

const keptSchema = z.object({ recipe: z.optional(text) });

/** Which recipe a gallery shows, kept over a reload of the window; undefined: nothing of ours. */
export function readGalleryState(value: unknown): { readonly recipe?: string | undefined } | undefined {
  return keptSchema.safeParse(value).data;
}
