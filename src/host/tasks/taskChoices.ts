/** The options of a task, as the command has them, as choices of a run. Knows nothing of the editor. */
import { parseArgs } from 'node:util';
import type { RunChoices } from '../../core/run/childProtocol.ts';

const OPTIONS = {
  endpoint: { type: 'string' },
  model: { type: 'string' },
  set: { type: 'string', multiple: true },
  concurrency: { type: 'string' },
  output: { type: 'string' },
  force: { type: 'boolean' },
  fresh: { type: 'boolean' },
  more: { type: 'string' },
  limit: { type: 'string' },
  until: { type: 'string' },
  'budget-requests': { type: 'string' },
  'budget-tokens': { type: 'string' },
  'budget-cost': { type: 'string' },
  'budget-minutes': { type: 'string' },
} as const;

/** The options that a task of the type `openline` takes, without their dashes. */
export const TASK_OPTIONS: readonly string[] = Object.keys(OPTIONS);

/** @throws Error with a sentence about what is wrong with the options */
export function taskChoices(args: readonly string[]): RunChoices {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
  const { endpoint, model, set, output, force, fresh, until } = values;
  const whole = (name: 'concurrency' | 'more' | 'limit'): Partial<Record<typeof name, number>> => {
    const value = values[name];
    return value === undefined ? {} : { [name]: numberOf(name, value, true) };
  };
  const budget = (['requests', 'tokens', 'cost', 'minutes'] as const).flatMap((limit) => {
    const name = `budget-${limit}` as const;
    const value = values[name];
    return value === undefined ? [] : [[limit, numberOf(name, value, limit === 'requests' || limit === 'tokens')]];
  });
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(set === undefined ? {} : { set: Object.fromEntries(set.map(assignmentOf)) }),
    ...(output === undefined ? {} : { output }),
    ...(force === undefined ? {} : { force }),
    ...(fresh === undefined ? {} : { fresh }),
    ...(until === undefined ? {} : { until }),
    ...whole('concurrency'),
    ...whole('more'),
    ...whole('limit'),
    ...(budget.length === 0 ? {} : { budget: Object.fromEntries(budget) as NonNullable<RunChoices['budget']> }),
  };
}

function numberOf(name: string, text: string, isWhole: boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0 || (isWhole && !Number.isInteger(value))) {
    throw new Error(`--${name} takes ${isWhole ? 'a whole number' : 'a number'} above 0, not ${text}`);
  }
  return value;
}

function assignmentOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--set takes NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
