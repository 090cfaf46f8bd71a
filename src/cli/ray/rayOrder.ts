/** `openline ray …` for the editor. */
import * as z from 'zod';
import type { FromChild, ToChild } from '../../core/run/childProtocol.ts';
import type { ChildDeps } from '../child.ts';
import { explain } from '../commandLine.ts';
import { emptySummary, type Surroundings } from '../console.ts';
import { readOptions } from '../options.ts';
import { RAY_OPTIONS, rayCommand } from '../commands/ray.ts';

type RayOrder = Extract<ToChild, { readonly type: 'ray' }>;
type RayEnded = Extract<FromChild, { readonly type: 'ray-ended' }>;

/** Carries out an order. What the command says on the way goes to the editor's log. */
export async function rayOrder(
  order: RayOrder,
  { library, version, env, stop }: ChildDeps,
  send: (message: FromChild) => void,
): Promise<RayEnded> {
  let output = '';
  const { profiles, broken = [], defaults, approvals } = order;
  const around: Surroundings = {
    out: { write: (text) => (output += text) },
    err: {
      write: (text) => {
        send({ type: 'log', level: 'info', message: text.trimEnd() });
      },
    },
    env: { ...env, ...order.variables },
    cwd: order.cwd,
    library,
    version,
    stop: stop.signal,
    known: { profiles, broken, defaults, approvals },
  };
  const { json } = await rayCommand(readOptions(order.arguments, RAY_OPTIONS), around).catch((error: unknown) => {
    const { state, message } = explain(error, order.cwd);
    return { json: { ...emptySummary(state, message) } };
  });
  return { type: 'ray-ended', output, ...ended.parse(json) };
}

/** What is told of a command's JSON. */
const ended = z.object({
  state: z.enum(['done', 'failed', 'invalid', 'paused', 'interrupted']).default('done'),
  error: z.string().nullable().default(null),
  run: z.string().nullable().default(null),
  outputs: z.array(z.string()).default([]),
  job: z.string().nullable().default(null),
});
