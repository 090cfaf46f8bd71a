/**
 * A line of the journal: how it is written, and how its parts are read without parsing the whole of it.
 *
 *     {"crc":"9f0c2b7a","at":"subtopics/0.3/0","kind":"answer","hash":"…", … }
 *
 * `crc` is the CRC-32 of everything behind it (from `"at"` to the closing brace), so a torn, cut or rotten line is
 * recognised by itself. `at` is the address and stands at a fixed place, so that an index is made without parsing.
 */
import { crc32 } from 'node:zlib';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';

const HEAD = '{"crc":"';
const PREFIX_BYTES = '{"crc":"00000000",'.length;
export const ADDRESS_START = PREFIX_BYTES + '"at":"'.length;
const KIND = '","kind":"';
/** SHA-256, hex. */
const HASH_LENGTH = 64;
export const QUOTE = 0x22;
const COMMA = 0x2c;

/**
 * What a line records: an answer that was asked for, one taken over from an earlier run, a failure that is final, or a
 * failure after which the next in the list of fallbacks took over; `batched`: an answer that came along with another one's
 * request; `amended`: what a person has put in the place of an answer. Of several lines of an address the last one counts.
 * An `attempt` says nothing of the question: it is a request that failed, kept for the budget.
 */
export type JournalKind = 'answer' | 'batched' | 'reused' | 'failure' | 'fallback' | 'attempt' | 'amended';

/**
 * One line, newline included.
 *
 * @param at the address; it holds no character that JSON escapes
 * @param members the other members as JSON text without the braces, so that what was serialised once is not again
 */
export function journalLine(at: string, kind: JournalKind, members: string): string {
  const tail = `"at":"${at}","kind":"${kind}",${members}}`;
  return `${HEAD}${crc32(tail).toString(16).padStart(8, '0')}",${tail}\n`;
}

/** What a budget was charged where nobody counted, as the last member of a line. */
export function chargeMember({ prompt, completion }: { readonly prompt: number; readonly completion: number }): string {
  return `"charge":{"prompt":${prompt},"completion":${completion}}`;
}

/**
 * The line of a request that went out and failed, with what a budget is charged for it.
 *
 * @param part the part of the run's batches in which it travelled
 */
export function attemptLine(
  at: string,
  endpoint: string,
  charged: { readonly prompt: number; readonly completion: number },
  part?: number,
): string {
  const told = part === undefined ? '' : `"part":${part},`;
  return journalLine(at, 'attempt', `"endpoint":${JSON.stringify(endpoint)},${told}${chargeMember(charged)}`);
}

/** The kind of a line, read from its fixed place behind the address. */
export function kindOf(address: string, line: Buffer): string {
  const start = ADDRESS_START + address.length + KIND.length;
  return line.toString('latin1', start, line.indexOf(QUOTE, start));
}

/** The hash of the request in a line (an answer, a failure …), read from its fixed place behind the kind. */
export function hashOf(address: string, kind: string, line: Buffer): string {
  const start = membersStart(address, kind) + '"hash":"'.length;
  return line.toString('latin1', start, start + HASH_LENGTH);
}

function membersStart(address: string, kind: string): number {
  return ADDRESS_START + address.length + KIND.length + kind.length + '",'.length;
}

/**
 * What a line says behind members that are known (the request, mostly the longest part of it), without reading those
 * again; undefined when the line does not have them so.
 */
export function membersBehind(known: string, address: string, kind: string, line: Buffer): JsonObject | undefined {
  const start = membersStart(address, kind) + Buffer.byteLength(known);
  if (line[start] !== COMMA || line[start + 1] !== QUOTE) return undefined;
  const value = parseJson(`{${line.toString('utf8', start + 1)}`);
  return isJsonObject(value) ? value : undefined;
}

/** `{"crc":"` and `",` as numbers: every line of every journal is checked, and texts cost. */
const HEAD_START = Buffer.from(HEAD).readUInt32BE(0);
const HEAD_END = Buffer.from(HEAD).readUInt32BE(4);
const CRC_END = Buffer.from('",').readUInt16BE(0);

/** Whether the bytes (without the newline) are a whole, unharmed line. */
export function isIntact(line: Buffer): boolean {
  if (line.length <= ADDRESS_START) return false;
  if (line.readUInt32BE(0) !== HEAD_START || line.readUInt32BE(4) !== HEAD_END) return false;
  if (line.readUInt16BE(PREFIX_BYTES - 2) !== CRC_END) return false;
  const crc = Number.parseInt(line.toString('latin1', HEAD.length, PREFIX_BYTES - 2), 16);
  return crc32(line.subarray(PREFIX_BYTES)) === crc;
}

/** A whole line; undefined when it is not an object. */
export function readLine(line: Buffer): JsonObject | undefined {
  const value = parseJson(line.toString());
  return isJsonObject(value) ? value : undefined;
}
