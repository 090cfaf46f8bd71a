import type { Key } from '../record/key.ts';
import { cutPrefix } from './cutPrefix.ts';
import { chooseQaPairs, readQaPairs } from './diverseQa.ts';
import { PLAIN_EDITS, type PlainEdit } from './edits/plainEdits.ts';
import { seededRandom } from './seededRandom.ts';
import type { TokenCounter } from './tokens.ts';

/** Something done with a text that a model wrote: it changes the text or turns it down. */
export type Refinement =
  | { readonly kind: PlainEdit }
  | { readonly kind: 'min_tokens' | 'max_tokens'; readonly tokens: number }
  /** Texts that do not begin with it are turned down; from the others it is cut off. */
  | { readonly kind: 'prefix'; readonly text: string }
  /** Document and some of the pairs of question and answer; `document` is the field that holds it. */
  | {
      readonly kind: 'diverse_qa';
      readonly document: string;
      readonly announcement: string;
      readonly maxPairs: number;
      readonly seed: number;
    };

/** What refinements may need besides the text. */
export interface RefineContext {
  /** Which text it is: seeded choices depend on it. */
  readonly key: Key;
  /** A field of the record that the text was made from; undefined where it has none or it is no text. */
  field(name: string): string | undefined;
  /** There whenever `countsTokens` says so of one of the refinements. */
  readonly counter: TokenCounter | null;
}

/** The refined text, or why it was turned down and what it was by then. */
export type Refined =
  { readonly text: string } | { readonly reason: string; readonly message: string; readonly text: string };

/** Whether a refinement counts tokens. */
export function countsTokens({ kind }: Refinement): boolean {
  return kind === 'min_tokens' || kind === 'max_tokens' || kind === 'diverse_qa';
}

/** Carries out refinements in order, up to the first that turns the text down. */
export function refine(text: string, refinements: readonly Refinement[], context: RefineContext): Refined {
  let current = text;
  for (const refinement of refinements) {
    const result = refineOnce(current, refinement, context);
    if ('reason' in result) return { ...result, text: current };
    if (result.text.trim() === '') {
      return { reason: 'empty', message: `nothing is left of the text after ${refinement.kind}`, text: current };
    }
    current = result.text;
  }
  return { text: current };
}

type Once = { readonly text: string } | { readonly reason: string; readonly message: string };

function refineOnce(text: string, refinement: Refinement, context: RefineContext): Once {
  switch (refinement.kind) {
    case 'max_tokens': {
      const count = counterOf(context).count(text);
      if (count <= refinement.tokens) return { text };
      return { reason: 'too-many-tokens', message: `it has ${count} tokens, the maximum is ${refinement.tokens}` };
    }
    case 'min_tokens': {
      const count = counterOf(context).count(text);
      if (count >= refinement.tokens) return { text };
      return { reason: 'too-few-tokens', message: `it has ${count} tokens, the minimum is ${refinement.tokens}` };
    }
    case 'prefix': {
      const rest = cutPrefix(text, refinement.text);
      if (rest !== null) return { text: rest };
      return { reason: 'missing-prefix', message: `it does not begin with "${refinement.text}"` };
    }
    case 'diverse_qa':
      return refineQaPairs(text, refinement, context);
    default:
      return { text: PLAIN_EDITS[refinement.kind](text) };
  }
}

function refineQaPairs(
  text: string,
  { document: name, announcement, maxPairs, seed }: Refinement & { kind: 'diverse_qa' },
  context: RefineContext,
): Once {
  const document = context.field(name);
  if (document === undefined)
    return { reason: 'missing-field', message: `the record has no text in the field ${name}` };
  const reading = readQaPairs(text, announcement);
  if ('problem' in reading) return { reason: reading.problem, message: reading.message };
  const documentTokens = counterOf(context).count(document);
  const random = seededRandom(seed, context.key);
  const chosen = chooseQaPairs(reading.pairs, { maxPairs, documentTokens, random });
  return { text: [document, ...chosen].join('\n\n') };
}

function counterOf({ counter }: RefineContext): TokenCounter {
  if (counter === null) throw new Error('a refinement that counts tokens needs a counter');
  return counter;
}
