/**
 * Addresses: whose answer a line of the journal holds. `subtopics/0.3/0` is the first attempt of the step `subtopics` for
 * the record 0.3; what else a step asks has its purpose behind the step: `subtopics.conversion/0.3/0`, `chat.user.2/0/0`.
 */
import { formatKey, type Key } from '../record/key.ts';
import type { Purpose } from '../steps/step.ts';

/** The address of a question. It holds no character that JSON escapes. */
export function formatAddress(step: string, purpose: Purpose, key: Key, attempt: number): string {
  const suffix = purpose === 'generate' ? '' : `.${purpose}`;
  return `${step}${suffix}/${formatKey(key)}/${attempt}`;
}

/** The step of an address, whatever the purpose. The id of a step has no dot. */
export function stepOfAddress(address: string): string {
  const slash = address.indexOf('/');
  const head = slash === -1 ? address : address.slice(0, slash);
  const dot = head.indexOf('.');
  return dot === -1 ? head : head.slice(0, dot);
}
