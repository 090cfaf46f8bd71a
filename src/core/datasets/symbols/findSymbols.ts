import type { SyntaxNode } from '@lezer/common';
import type { CodeSymbol, SymbolKind } from './codeSymbol.ts';
import { commentText, docString, isComment } from './docComment.ts';
import type { Language } from './languages.ts';

/**
 * The functions, classes, methods and tests of a file, nested as they stand. A class that holds tests is no class but what
 * its tests stand in. Code with mistakes in it is read as far as it makes sense.
 */
export async function findSymbols(text: string, language: Language): Promise<readonly CodeSymbol[]> {
  const parser = await language.load();
  const finder = new Finder(text, language);
  return finder.symbolsIn(parser.parse(text).topNode, [], false);
}

/** A symbol's node, with what is around it and belongs to it. */
interface Candidate {
  readonly node: SyntaxNode;
  readonly outer: SyntaxNode;
}

class Finder {
  readonly #text: string;
  readonly #language: Language;
  readonly #lineStarts: readonly number[];

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/gu), ({ index }) => index + 1)];
  }

  symbolsIn(parent: SyntaxNode, scope: readonly string[], inClass: boolean): CodeSymbol[] {
    const found: CodeSymbol[] = [];
    for (let child = parent.firstChild; child !== null; child = child.nextSibling) {
      const candidate = this.#unwrap(child);
      const symbols =
        candidate === undefined
          ? this.symbolsIn(child, this.#scopeOf(child, scope), inClass || this.#isScope(child))
          : this.#toSymbols(candidate, scope, inClass);
      for (const symbol of symbols) found.push(symbol);
    }
    return found;
  }

  /** The symbol that a node is, or that stands in its wrappers. */
  #unwrap(outer: SyntaxNode): Candidate | undefined {
    const { functions, classes, wrappers } = this.#language;
    let node: SyntaxNode | null = outer;
    while (node !== null && wrappers.has(node.name)) {
      let inner: SyntaxNode | null = node.lastChild;
      while (inner !== null && !wrappers.has(inner.name) && !functions.has(inner.name) && !classes.has(inner.name)) {
        inner = inner.prevSibling;
      }
      node = inner;
    }
    if (node === null) return undefined;
    const isSymbol = classes.has(node.name) ? this.#hasBody(node) : functions.has(node.name) && this.#isFunction(node);
    return isSymbol ? { node, outer } : undefined;
  }

  /** `struct stat s;` and the like only mention a class. */
  #hasBody(node: SyntaxNode): boolean {
    return !node.name.endsWith('Specifier') || node.getChild('FieldDeclarationList') !== null;
  }

  /** In JavaScript a variable may hold a function, and a statement may be a test. */
  #isFunction(node: SyntaxNode): boolean {
    if (node.name === 'VariableDeclaration') {
      return node.getChild('ArrowFunction') !== null || node.getChild('FunctionExpression') !== null;
    }
    return node.name !== 'ExpressionStatement' || this.#sentenceOfTest(node) !== undefined;
  }

  /** What a test that is a call says it tests: `it('adds', …)`. */
  #sentenceOfTest(node: SyntaxNode): string | undefined {
    const call = node.getChild('CallExpression');
    const [callee, list] = [call?.firstChild, call?.getChild('ArgList')];
    if (callee == null || list == null || !/^(?:it|test)(?:\.\w+)*$/u.test(this.#slice(callee))) return undefined;
    const sentence = list.getChild('String') ?? list.getChild('TemplateString');
    return sentence === null ? undefined : this.#slice(sentence).slice(1, -1);
  }

  #toSymbols(candidate: Candidate, scope: readonly string[], inClass: boolean): readonly CodeSymbol[] {
    const { node, outer } = candidate;
    const isClass = this.#language.classes.has(node.name);
    const own = this.#sentenceOfTest(node) ?? this.#nameOf(node);
    if (own === undefined) return [];
    const name = [...scope, own].join('.');
    const children = isClass ? this.symbolsIn(node, [...scope, own], true) : [];
    if (children.some(({ kind }) => kind === 'test')) return children;
    const from = this.#startOf(outer);
    const text = this.#slice({ from, to: outer.to }).trimEnd();
    return [
      {
        kind: this.#kindOf(node, own, this.#slice(outer), isClass, inClass),
        name,
        text,
        doc: [commentText(this.#text.slice(from, outer.from)), docString(node, this.#text)]
          .filter((part) => part !== '')
          .join('\n'),
        line: this.#lineOf(from),
        endLine: this.#lineOf(from + text.length),
        children,
      },
    ];
  }

  #kindOf(node: SyntaxNode, name: string, whole: string, isClass: boolean, inClass: boolean): SymbolKind {
    if (isClass) return 'class';
    if (this.#language.isTest(name, whole, node)) return 'test';
    const isMethod = inClass || node.name === 'MethodDecl' || name.includes('::');
    return isMethod ? 'method' : 'function';
  }

  #nameOf(node: SyntaxNode): string | undefined {
    if (node.name === 'MethodDecl') return this.#methodOfGo(node);
    // In C the name is what the innermost declarator declares; the type before it has names as well.
    const within = node.name === 'FunctionDefinition' ? (declaratorOf(node) ?? node) : node;
    const named = firstNamed(within, this.#language.names);
    return named === undefined ? undefined : this.#slice(named);
  }

  /** `func (s *Server) Close()` is a method of Server, wherever it stands. */
  #methodOfGo(node: SyntaxNode): string | undefined {
    const method = node.getChild('FieldName') ?? node.getChild('DefName');
    if (method === null) return undefined;
    const receiver = node.getChild('Parameters');
    const type = receiver === null ? undefined : /(?<type>\w+)\s*(?:\[[^\]]*\])?\s*\)$/u.exec(this.#slice(receiver));
    const owner = type?.groups?.['type'];
    return owner === undefined ? this.#slice(method) : `${owner}.${this.#slice(method)}`;
  }

  #isScope(node: SyntaxNode): boolean {
    return node.name === 'ImplItem';
  }

  #scopeOf(node: SyntaxNode, scope: readonly string[]): readonly string[] {
    if (!this.#language.scopes.has(node.name)) return scope;
    const head = this.#text.slice(
      node.from,
      node.getChild('DeclarationList')?.from ?? node.getChild('CompoundStatement')?.from ?? node.to,
    );
    // `impl<T> Trait for Type<T>`: the type is what is meant.
    const named = /(?:\bfor\s+|^namespace\s+|^(?:unsafe\s+)?impl(?:\s*<[^>]*>)?\s+)(?<name>\w+)[^]*$/u.exec(
      /\bfor\s/u.test(head) ? head.slice(head.search(/\bfor\s/u)) : head,
    );
    const name = named?.groups?.['name'];
    return name === undefined ? scope : [...scope, name];
  }

  /** Where the comments begin that stand directly before a node; the node's own beginning where there are none. */
  #startOf(outer: SyntaxNode): number {
    let start = outer.from;
    for (let before = outer.prevSibling; before !== null && isComment(before); before = before.prevSibling) {
      const between = this.#text.slice(before.to, start);
      const isOwnLine = this.#text.slice(this.#lineStarts[this.#lineOf(before.from) - 1], before.from).trim() === '';
      if (!isOwnLine || between.trim() !== '' || between.split('\n').length > 2) break;
      start = before.from;
    }
    return start;
  }

  #slice({ from, to }: { readonly from: number; readonly to: number }): string {
    return this.#text.slice(from, to);
  }

  #lineOf(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

function declaratorOf(node: SyntaxNode): SyntaxNode | null {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'FunctionDeclarator') return child;
    if (child.name.endsWith('Declarator')) return declaratorOf(child);
  }
  return null;
}

/** The first node of such a name, in the order of the text, not looking into bodies. */
function firstNamed(node: SyntaxNode, names: ReadonlySet<string>): SyntaxNode | undefined {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (names.has(child.name)) return child;
    if (/Body$|^Block$|^Modifiers$|^CompoundStatement$|^Decorator$|^Attribute$/u.test(child.name)) continue;
    const inside = firstNamed(child, names);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
