/** What code is made of, whoever found it: our parsers in the command, another provider elsewhere. */

export const SYMBOL_KINDS = ['function', 'class', 'method', 'test'] as const;
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** A function, class, method or test in a file. */
export interface CodeSymbol {
  readonly kind: SymbolKind;
  /** With the names of what it stands in: `Parser.next`; of a test that has a sentence, the sentence. */
  readonly name: string;
  /** From the first line of its comment (or decorator) to its end. */
  readonly text: string;
  /** Its comment or doc string, without the marks; empty where there is none. */
  readonly doc: string;
  /** Lines from 1, the last one included. */
  readonly line: number;
  readonly endLine: number;
  /** What stands inside it: the methods of a class. */
  readonly children: readonly CodeSymbol[];
}

/**
 * The symbols that are wanted, in the order of the file. What stands inside one of them is part of it, and not listed
 * again.
 */
export function outermostOf(symbols: readonly CodeSymbol[], kinds: ReadonlySet<SymbolKind>): readonly CodeSymbol[] {
  return symbols.flatMap((symbol) => (kinds.has(symbol.kind) ? [symbol] : outermostOf(symbol.children, kinds)));
}
