import type { Json, JsonObject } from '../../record/json.ts';
import type { Encoding } from '../encodings.ts';
import type { CodeLanguage } from './codeBlocks.ts';
import type { MeasureName } from './measures.ts';

/** Something that can be held against a record, as it stands in a plan. Bounds are inclusive. */
export type CheckSpec =
  | { readonly kind: MeasureName; readonly min?: number; readonly max?: number; readonly n?: number }
  | { readonly kind: 'tokens'; readonly min?: number; readonly max?: number; readonly encoding: Encoding }
  | {
      readonly kind: 'contains';
      readonly text: string;
      readonly where: 'prefix' | 'suffix' | 'anywhere';
      readonly ignoreCase: boolean;
      readonly not: boolean;
    }
  | { readonly kind: 'matches'; readonly pattern: string; readonly ignoreCase: boolean; readonly not: boolean }
  | { readonly kind: 'language'; readonly languages: readonly string[]; readonly minScore: number }
  | { readonly kind: 'refusal' | 'assistant_phrases' }
  /** The value, or a text that is JSON, fits a JSON Schema. */
  | { readonly kind: 'schema'; readonly schema: JsonObject | boolean }
  | CodeSpec
  /** A number of the record, whatever texts the other checks look at. */
  | { readonly kind: 'score'; readonly field: string; readonly min?: number; readonly max?: number };

/** Code blocks in a text. */
export interface CodeSpec {
  readonly kind: 'code';
  /** Blocks in other languages are not looked at; null: all that can be parsed. */
  readonly languages: readonly CodeLanguage[] | null;
  /** Language of blocks that name none, and of a text without blocks; null: the former are not looked at. */
  readonly assume: CodeLanguage | null;
  /** Blocks that there must be. */
  readonly minBlocks: number;
  /** Those that parse are run as well, the blocks of a language together, when the person has agreed to it. */
  readonly run?: { readonly timeoutMs: number };
}

/** What checks may use of the run that they are part of. */
export interface CheckServices {
  /** Whether code of the records may be run. */
  readonly mayRunCode: boolean;
  /** Where the path to programs is taken from; code that is run sees nothing else of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told once what is odd, in a sentence. */
  readonly onWarning: (message: string) => void;
}

/** What a check found. `score` is what it measured; it is stored where the step says so. */
export interface Verdict {
  /** unusable: it could not be applied (no such field, not a text …), which is neither passed nor failed. */
  readonly state: 'passed' | 'failed' | 'unusable';
  readonly score: Json;
  /** Kebab-case; of a failed check its name. */
  readonly reason: string;
  /** What was found and what was wanted, without the name of the field. */
  readonly message: string;
}

/** A check that has loaded what it needs. */
export interface Check {
  readonly spec: CheckSpec;
  /** @param value of the field it is about; undefined where the record has none */
  readonly test: (value: Json | undefined) => Verdict | Promise<Verdict>;
}

/** The reason under which a check turns records down. */
export function reasonOf(kind: CheckSpec['kind']): string {
  return kind.replaceAll('_', '-');
}

export function passed(score: Json): Verdict {
  return { state: 'passed', score, reason: '', message: '' };
}

export function failed(reason: string, score: Json, message: string): Verdict {
  return { state: 'failed', score, reason, message };
}

export function unusable(reason: string, message: string): Verdict {
  return { state: 'unusable', score: null, reason, message };
}

/** Holds a number against bounds. @param what the number is, as it begins a sentence */
export function withinBounds(
  reason: string,
  what: string,
  score: number,
  { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined },
): Verdict {
  if (min !== undefined && score < min) {
    return failed(reason, score, `${what} is ${shown(score, min)}, the minimum is ${min}`);
  }
  if (max !== undefined && score > max) {
    return failed(reason, score, `${what} is ${shown(score, max)}, the maximum is ${max}`);
  }
  return passed(score);
}

/** A number in few digits, but enough to see on which side of the bound it is. */
function shown(score: number, bound: number): string {
  const short = Number(score.toPrecision(4));
  return String(short === bound ? score : short);
}
