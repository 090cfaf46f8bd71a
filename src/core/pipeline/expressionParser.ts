/**
 * Recursive descent over the tokens of an expression. Precedence, loosest first: `a if c else b`, `or`, `and`, `not`,
 * comparison (chained as in Python: `1 < x < 3`), `+ -`, `* / // %`, sign, dotted field.
 */
import type { Json } from '../record/json.ts';
import { FUNCTIONS, isFunction, type FunctionName } from './expressionFunctions.ts';
import { ExpressionError, tokenize, type Span, type Token } from './expressionTokens.ts';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%';

/** The syntax tree of an expression. */
export type Node = Span &
  (
    | { readonly kind: 'literal'; readonly value: Json }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'field'; readonly of: Node; readonly name: string }
    | { readonly kind: 'list'; readonly elements: readonly Node[] }
    | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Node[] }
    | { readonly kind: 'not' | 'minus'; readonly of: Node }
    | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
    | {
        readonly kind: 'compare';
        readonly first: Node;
        readonly rest: readonly { readonly operator: Comparison; readonly right: Node }[];
      }
    | { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Node; readonly right: Node }
    | { readonly kind: 'conditional'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  );

/** Nobody nests deeper by hand; more would only exhaust the stack. */
const DEEPEST = 64;
const LONGEST = 4000;
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** @throws ExpressionError */
export function parseTree(text: string): Node {
  if (text.length > LONGEST) {
    throw new ExpressionError('syntax', `the expression is longer than ${LONGEST} characters`, {
      start: 0,
      end: LONGEST,
    });
  }
  return new Parser(text).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  whole(): Node {
    if (this.#isAtEnd()) throw this.#error('the expression is empty');
    const node = this.#conditional();
    if (!this.#isAtEnd()) throw this.#error(`\`${this.#next.value}\` does not fit here`);
    return node;
  }

  #conditional(): Node {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#error('the expression is nested too deeply');
    const then = this.#or();
    let node = then;
    if (this.#take('if')) {
      const condition = this.#or();
      if (!this.#take('else')) throw this.#error('`else` is missing after `if`');
      const otherwise = this.#conditional();
      node = { kind: 'conditional', condition, then, otherwise, start: then.start, end: otherwise.end };
    }
    this.#depth -= 1;
    return node;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#take('or')) {
      const right = this.#and();
      left = { kind: 'or', left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #and(): Node {
    let left = this.#not();
    while (this.#take('and')) {
      const right = this.#not();
      left = { kind: 'and', left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #not(): Node {
    const { start } = this.#next;
    let negations = 0;
    while (this.#take('not')) negations += 1;
    let node = this.#comparison();
    for (; negations > 0; negations -= 1) node = { kind: 'not', of: node, start, end: node.end };
    return node;
  }

  #comparison(): Node {
    const first = this.#sum();
    const rest: { operator: Comparison; right: Node }[] = [];
    for (let operator = this.#comparisonSign(); operator !== undefined; operator = this.#comparisonSign()) {
      rest.push({ operator, right: this.#sum() });
    }
    const last = rest.at(-1);
    return last === undefined ? first : { kind: 'compare', first, rest, start: first.start, end: last.right.end };
  }

  #comparisonSign(): Comparison | undefined {
    const { kind, value } = this.#next;
    if (kind === 'symbol' && COMPARISONS.has(value)) {
      this.#at += 1;
      return value as Comparison;
    }
    if (this.#take('in')) return 'in';
    if (kind === 'word' && value === 'not' && this.#tokens[this.#at + 1]?.value === 'in') {
      this.#at += 2;
      return 'not in';
    }
    return undefined;
  }

  #sum(): Node {
    return this.#leftToRight(['+', '-'], () => this.#product());
  }

  #product(): Node {
    return this.#leftToRight(['*', '/', '//', '%'], () => this.#signed());
  }

  #leftToRight(operators: readonly Arithmetic[], operand: () => Node): Node {
    let left = operand();
    for (;;) {
      const operator = operators.find((sign) => this.#take(sign));
      if (operator === undefined) return left;
      const right = operand();
      left = { kind: 'arithmetic', operator, left, right, start: left.start, end: right.end };
    }
  }

  #signed(): Node {
    const { start } = this.#next;
    let signs = 0;
    while (this.#take('-')) signs += 1;
    let node = this.#dotted();
    for (; signs > 0; signs -= 1) node = { kind: 'minus', of: node, start, end: node.end };
    return node;
  }

  #dotted(): Node {
    let node = this.#primary();
    while (this.#take('.')) {
      const name = this.#next;
      if (name.kind !== 'name' && name.kind !== 'word')
        throw this.#error('the name of a field is missing after the dot');
      this.#at += 1;
      node = { kind: 'field', of: node, name: name.value, start: node.start, end: name.end };
    }
    return node;
  }

  #primary(): Node {
    const token = this.#next;
    const { kind, value, start, end } = token;
    if (kind === 'end') throw this.#error('something is missing at the end');
    this.#at += 1;
    if (kind === 'number') return { kind: 'literal', value: Number(value), start, end };
    if (kind === 'text') return { kind: 'literal', value, start, end };
    if (kind === 'name') return this.#take('(') ? this.#call(token) : { kind: 'name', name: value, start, end };
    if (value === 'true' || value === 'false') return { kind: 'literal', value: value === 'true', start, end };
    if (value === 'null') return { kind: 'literal', value: null, start, end };
    if (value === '(') {
      const inner = this.#conditional();
      return { ...inner, start, end: this.#close(')') };
    }
    if (value === '[') return this.#list(start);
    this.#at -= 1;
    throw this.#error(`\`${value}\` does not fit here`);
  }

  #call({ value: name, start, end }: Token): Node {
    if (!isFunction(name)) {
      const list = Object.keys(FUNCTIONS).join(', ');
      throw new ExpressionError('unknown-name', `there is no function \`${name}\`; there is ${list}`, { start, end });
    }
    const args = [this.#conditional()];
    while (this.#take(',') && !(this.#next.kind === 'symbol' && this.#next.value === ')'))
      args.push(this.#conditional());
    const node = { kind: 'call', name, arguments: args, start, end: this.#close(')') } as const;
    const { least, most } = FUNCTIONS[name];
    if (args.length >= least && args.length <= most) return node;
    const wanted = least === most ? String(least) : `${least} or more`;
    throw new ExpressionError('syntax', `\`${name}\` takes ${wanted} values, not ${args.length}`, node);
  }

  #list(start: number): Node {
    const elements: Node[] = [];
    while (this.#next.value !== ']' || this.#next.kind !== 'symbol') {
      elements.push(this.#conditional());
      if (!this.#take(',')) break;
    }
    return { kind: 'list', elements, start, end: this.#close(']') };
  }

  #close(bracket: ')' | ']'): number {
    const { end } = this.#next;
    if (!this.#take(bracket)) throw this.#error(`\`${bracket}\` is missing`);
    return end;
  }

  #isAtEnd(): boolean {
    return this.#next.kind === 'end';
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', value: '', start: 0, end: 0 };
  }

  #take(value: string): boolean {
    const { kind, value: found } = this.#next;
    if (found !== value || (kind !== 'symbol' && kind !== 'word')) return false;
    this.#at += 1;
    return true;
  }

  #error(message: string): ExpressionError {
    return new ExpressionError('syntax', message, this.#next);
  }
}
