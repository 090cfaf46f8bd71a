/** Answers the questions of the editor's panels (core/run/questionProtocol.ts). */
import * as z from 'zod';
import { readChoice } from '../core/answers/readChoice.ts';
import { readExpected } from '../core/answers/readExpected.ts';
import { DEFAULT_ENCODING, ENCODINGS, type Encoding } from '../core/curate/encodings.ts';
import { loadTokenCounter, type TokenCounter } from '../core/curate/tokens.ts';
import type { Endpoint } from '../core/endpoints/endpoint.ts';
import { namedProfileSchema, type NamedProfile } from '../core/endpoints/profile.ts';
import type { WarningListener } from '../core/endpoints/warnOnce.ts';
import { EndpointError } from '../core/errors.ts';
import { EXPECTS } from '../core/prompts/frontMatter.ts';
import { describeDataset, type DatasetDescription } from '../core/run/describeDataset.ts';
import { keptDescription } from '../core/run/keptStatistics.ts';
import type { DatasetAnswer, FromQuestionChild, ModelAnswer, ModelQuestion } from '../core/run/questionProtocol.ts';
import { recordSourceAt } from '../core/run/recordSource.ts';
import type { RunQuestion } from '../core/run/runQuestions.ts';
import { explain } from './commandLine.ts';
import { withKeys } from './profileKeys.ts';
import { answerRunQuestion, runQuestionSchema, toRunQuestion, type RunQuestionTools } from './runQuestions.ts';

/** Tokens that chat services put around each message. */
const FRAME_TOKENS = 3;

const generationSchema = z.object({
  max_tokens: z.number().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  seed: z.number().optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  extra: z.record(z.string(), z.json()).optional(),
});

/** The editor's messages, checked. */
export const questionSchemas = [
  z.object({ type: z.literal('serve') }),
  z.object({
    type: z.literal('count'),
    id: z.number(),
    texts: z.array(z.string()),
    encoding: z.enum(ENCODINGS).optional(),
  }),
  z.object({
    type: z.literal('ask'),
    id: z.number(),
    question: z.object({
      profile: namedProfileSchema,
      model: z.string(),
      messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
      generation: generationSchema,
      expects: z.enum(EXPECTS).optional(),
      schema: z.record(z.string(), z.json()).optional(),
    }),
  }),
  z.object({
    type: z.literal('describe'),
    id: z.number(),
    question: z.object({
      path: z.string(),
      output: z.string().optional(),
      texts: z.array(z.string()).optional(),
      embeddings: z.array(z.string()).optional(),
      charts: z.boolean().optional(),
    }),
  }),
  z.object({ type: z.literal('look'), id: z.number(), question: runQuestionSchema }),
  z.object({ type: z.literal('stop'), id: z.number() }),
] as const;

const questionMessage = z.discriminatedUnion('type', questionSchemas);
export type QuestionMessage = z.infer<typeof questionMessage>;

export interface QuestionDeps {
  /** @param onWarning told of what the service cannot do and the question goes without */
  readonly open: (profile: NamedProfile, onWarning: WarningListener) => Endpoint;
  readonly send: (message: FromQuestionChild) => void;
  /** Version of Openline, for the cards of what is written. */
  readonly version: string;
  readonly library: RunQuestionTools['library'];
  /** Aborted when the editor has gone. */
  readonly signal: AbortSignal;
}

/** Takes questions one after the other and answers them side by side. */
export class Questions {
  readonly #deps: QuestionDeps;
  readonly #asked = new Map<number, AbortController>();
  readonly #counters = new Map<Encoding, Promise<TokenCounter>>();

  constructor(deps: QuestionDeps) {
    this.#deps = deps;
  }

  /** Never rejects: what goes wrong is the answer. */
  async take(message: QuestionMessage): Promise<void> {
    switch (message.type) {
      case 'serve':
        return;
      case 'stop':
        this.#asked.get(message.id)?.abort();
        return;
      case 'count':
        this.#deps.send({
          type: 'counted',
          id: message.id,
          tokens: await this.#count(message.texts, message.encoding),
        });
        return;
      case 'ask':
        await this.#answer(message.id, toQuestion(message.question));
        return;
      case 'describe':
        await this.#describe(message.id, message.question);
        return;
      case 'look':
        await this.#look(message.id, toRunQuestion(message.question));
    }
  }

  async #describe(id: number, question: Extract<QuestionMessage, { type: 'describe' }>['question']): Promise<void> {
    const { send } = this.#deps;
    await this.#untilStopped(id, async (signal) => {
      const answer = await describe(question, this.#deps.version, signal, (share) => {
        if (!signal.aborted) send({ type: 'describing', id, share });
      });
      if (!signal.aborted) send({ type: 'described', id, answer });
    });
  }

  async #look(id: number, question: RunQuestion): Promise<void> {
    const { send } = this.#deps;
    await this.#untilStopped(id, async (signal) => {
      const answer = await answerRunQuestion(question, {
        open: this.#deps.open,
        version: this.#deps.version,
        library: this.#deps.library,
        stop: signal,
        onProgress: ({ done, failed }) => send({ type: 'looking', id, done, failed }),
      });
      send({ type: 'looked', id, answer });
    });
  }

  async #count(texts: readonly string[], encoding: Encoding = DEFAULT_ENCODING): Promise<number> {
    const counter = this.#counters.get(encoding) ?? loadTokenCounter(encoding);
    this.#counters.set(encoding, counter);
    const { count } = await counter;
    return texts.reduce((sum, text) => sum + count(text) + FRAME_TOKENS, 0);
  }

  async #answer(id: number, question: ModelQuestion): Promise<void> {
    const { send, open } = this.#deps;
    await this.#untilStopped(id, async (signal) => {
      const answer = await ask(question, open, signal, (text) => {
        if (!signal.aborted) send({ type: 'chunk', id, text });
      });
      if (!signal.aborted) send({ type: 'answered', id, answer });
    });
  }

  /** Works on a question with a signal that says when it was given up. */
  async #untilStopped(id: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    this.#asked.set(id, stop);
    await work(AbortSignal.any([this.#deps.signal, stop.signal]));
    this.#asked.delete(id);
  }
}

async function ask(
  { profile, model, messages, generation, expects, schema }: ModelQuestion,
  open: QuestionDeps['open'],
  signal: AbortSignal,
  onChunk: (text: string) => void,
): Promise<ModelAnswer> {
  const startedAt = performance.now();
  try {
    const warnings: string[] = [];
    const endpoint = open(profile, (warning) => warnings.push(warning));
    try {
      const request = { model, messages, generation: { ...generation, stream: true } };
      const answer = await endpoint.chat(request, { signal, onChunk });
      const choice = answer.choices[0] ?? { text: '', finishReason: null };
      const { text, reasoning } = readChoice(choice);
      return {
        ok: true,
        text,
        reasoning: reasoning ?? null,
        reading: readExpected(choice, expects, schema),
        model: answer.model,
        usage: answer.usage,
        warnings,
        seconds: (performance.now() - startedAt) / 1000,
      };
    } finally {
      await endpoint.close();
    }
  } catch (error) {
    const failure = error instanceof EndpointError ? error.failure : null;
    return { ok: false, message: explain(error).message, failure };
  }
}

async function describe(
  { path, output, texts, embeddings = [], charts = false }: Extract<QuestionMessage, { type: 'describe' }>['question'],
  version: string,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<DatasetAnswer> {
  try {
    const source = await recordSourceAt(path, output);
    if (source === null) return { ok: false, message: `${path}: there is no such file or run` };
    const options = { embeddings, charts, signal, onProgress, ...(texts === undefined ? {} : { texts }) };
    const measure = (): Promise<DatasetDescription> => describeDataset(source, options);
    const isUsual = charts && texts === undefined && embeddings.length === 0;
    return { ok: true, description: await (isUsual ? keptDescription(source, version, measure) : measure()) };
  } catch (error) {
    return { ok: false, message: explain(error).message };
  }
}

/** What zod leaves as possibly undefined is left out instead. */
function toQuestion(given: Extract<QuestionMessage, { type: 'ask' }>['question']): ModelQuestion {
  const { profile, generation, expects, schema, ...rest } = given;
  const set = Object.fromEntries(Object.entries(generation).filter(([, value]) => value !== undefined));
  return {
    ...rest,
    profile: withKeys(profile),
    generation: set,
    ...(expects === undefined ? {} : { expects }),
    ...(schema === undefined ? {} : { schema }),
  };
}
