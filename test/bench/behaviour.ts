/** How the benchmark's model service behaves: what it takes, when it fails, what it says. All of it follows from the question. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { isJsonObject, type Json } from '../../src/core/record/json.ts';

export const behaviourSchema = z.object({
  latency: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('constant'), milliseconds: z.number() }),
    /** `sigma` is the standard deviation of the logarithm. */
    z.object({ kind: z.literal('log-normal'), mean: z.number(), sigma: z.number() }),
  ]),
  /** Requests it works on at once; the others queue. */
  slots: z.int(),
  /** Share of answers that fail, half of them with 429 at once, half with 500 after their time. */
  faultRate: z.number(),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

/** Answers at once. */
export const INSTANT: Behaviour = { latency: { kind: 'none' }, slots: 1024, faultRate: 0 };

/** Mean 200 ms, σ 0.5: a language model under moderate load. */
export function likeAModel(slots: number, faultRate = 0): Behaviour {
  return { latency: { kind: 'log-normal', mean: 200, sigma: 0.5 }, slots, faultRate };
}

/** The text of the last message of a request body; empty where there is none. */
export function lastMessageOf(body: Json | undefined): string {
  const messages = isJsonObject(body) ? body['messages'] : undefined;
  const last = Array.isArray(messages) ? (messages as readonly Json[]).at(-1) : undefined;
  const content = isJsonObject(last) ? last['content'] : undefined;
  return typeof content === 'string' ? content : '';
}

/** What identifies a question: the hash of its last message, 16 hexadecimal digits. */
export function questionId(content: string): string {
  return hash('sha256', content).slice(0, 16);
}

/** Milliseconds that the answer to a question takes. */
export function latencyOf(question: string, { latency }: Behaviour): number {
  switch (latency.kind) {
    case 'none':
      return 0;
    case 'constant':
      return latency.milliseconds;
    case 'log-normal': {
      const [first, second] = uniforms(question);
      const normal = Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
      return latency.mean * Math.exp(latency.sigma * normal - latency.sigma ** 2 / 2);
    }
  }
}

/** The status of the attempt-th answer to a question, counted from 0. */
export function statusOf(question: string, attempt: number, faultRate: number): number {
  if (faultRate === 0) return 200;
  const [drawn] = uniforms(questionId(`${question} ${attempt}`));
  if (drawn >= faultRate) return 200;
  return drawn < faultRate / 2 ? 429 : 500;
}

/** Two numbers above 0 and at most 1. */
function uniforms(digits: string): [number, number] {
  return [
    (Number.parseInt(digits.slice(0, 8), 16) + 1) / 2 ** 32,
    (Number.parseInt(digits.slice(8, 16), 16) + 1) / 2 ** 32,
  ];
}
