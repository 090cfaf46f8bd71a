import { createHash } from 'node:crypto';

/** By which a text is known again: SHA-256, hex. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
