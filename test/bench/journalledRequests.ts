/** The requests of a run, read from its journal: their place in the tree, and the question that the service saw. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, PlanStep } from '../../src/core/pipeline/plan.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';
import type { Place } from '../../src/core/record/key.ts';
import { placePrefixes } from '../../src/core/run/rank.ts';
import { lastMessageOf, questionId } from './behaviour.ts';

export interface JournalledRequest {
  readonly address: string;
  /** Place in output order, by which free slots are given out. */
  readonly place: Place;
  readonly question: string;
  /** The request whose answer led to this one; undefined for the first. */
  readonly parent: string | undefined;
}

export function journalLines(folder: string): JsonObject[] {
  return readFileSync(join(folder, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => parseJson(line))
    .filter((line) => isJsonObject(line));
}

/** All requests of a run of a plan, by address. */
export function journalledRequests(folder: string, plan: Plan): ReadonlyMap<string, JournalledRequest> {
  const lines = journalLines(folder);
  const addresses = new Set(lines.map(addressIn));
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const prefixes = placePrefixes(plan);
  return new Map(
    lines.map((line) => {
      const address = addressIn(line);
      const { step: id, key, purpose } = readAddress(address);
      const place = [...(prefixes.get(id) ?? []), ...key];
      const parent = purpose === 'conversion' ? addressOf(id, key, '') : parentOf(steps.get(id), key, steps, addresses);
      return [address, { address, place, question: questionId(lastMessageOf(line['request'])), parent }];
    }),
  );
}

function addressIn({ at }: JsonObject): string {
  return typeof at === 'string' ? at : '';
}

function readAddress(address: string): { step: string; key: number[]; purpose: string } {
  const [head = '', keyText = '0'] = address.split('/');
  const [step = '', purpose = ''] = head.split('.');
  return { step, purpose, key: keyText.split('.').map(Number) };
}

function addressOf(step: string, key: readonly number[], suffix: string): string {
  return `${step}${suffix}/${key.length === 0 ? '0' : key.join('.')}/0`;
}

/** The last request of the record that a record of this key was read from. */
function parentOf(
  step: PlanStep | undefined,
  key: readonly number[],
  steps: ReadonlyMap<string, PlanStep>,
  addresses: ReadonlySet<string>,
): string | undefined {
  if (step === undefined || step.from.length === 0) return undefined;
  const own = step.prefixesKeys ? key.slice(1) : key;
  const from = step.prefixesKeys ? step.from.find(({ source }) => source === key[0]) : step.from[0];
  const before = steps.get(from?.step ?? '');
  if (before?.kind !== 'generate') return parentOf(before, own, steps, addresses);
  const above = own.slice(0, -1);
  const converted = addressOf(before.id, above, '.conversion');
  return addresses.has(converted) ? converted : addressOf(before.id, above, '');
}
