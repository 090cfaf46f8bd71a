/**
 * The small language of `${…}`, `when:` and record filters: literals, names, dotted fields, lists, `not and or`,
 * comparison, arithmetic, `in`, `a if c else b`, and the functions of expressionFunctions.ts. It has no way to reach anything but the values it is given.
 */
import { unknownName } from '../files/checkValue.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { FUNCTIONS, numberOf, sizeOf, wrongType } from './expressionFunctions.ts';
import { parseTree, type Arithmetic, type Comparison, type Node } from './expressionParser.ts';
import { ExpressionError, type Span } from './expressionTokens.ts';

export { ExpressionError } from './expressionTokens.ts';

/** An expression that has been read and can be worked out any number of times. */
export interface Expression {
  readonly text: string;
  /** The names it uses, each once, in order of appearance. */
  readonly names: readonly string[];
  /** The name, when the expression is nothing but one. */
  readonly soleName: string | null;
  /**
   * Works it out. A field that is not there is null; null, false, 0 and what is empty count as false.
   *
   * @throws ExpressionError for a name that has no value, and for operations on things they do not fit
   */
  evaluate(values: JsonObject): Json;
}

/** Reads an expression. @throws ExpressionError with the column of the first mistake */
export function parseExpression(text: string): Expression {
  const tree = parseTree(text);
  const names = new Set<string>();
  collectNames(tree, names);
  return {
    text,
    names: [...names],
    soleName: tree.kind === 'name' ? tree.name : null,
    evaluate: (values) => evaluate(tree, values),
  };
}

/** Whether a value counts as true: null, false, 0 and what is empty do not. */
export function isTruthy(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return sizeOf(value) > 0;
  return Boolean(value);
}

function collectNames(node: Node, names: Set<string>): void {
  if (node.kind === 'name') names.add(node.name);
  for (const part of partsOf(node)) collectNames(part, names);
}

function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'field':
    case 'not':
    case 'minus':
      return [node.of];
    case 'list':
      return node.elements;
    case 'call':
      return node.name === 'has' ? [] : node.arguments;
    case 'compare':
      return [node.first, ...node.rest.map(({ right }) => right)];
    case 'conditional':
      return [node.then, node.condition, node.otherwise];
    case 'and':
    case 'or':
    case 'arithmetic':
      return [node.left, node.right];
  }
}

function evaluate(node: Node, values: JsonObject): Json {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return valueOf(node.name, values, node);
    case 'field':
      return fieldOf(evaluate(node.of, values), node.name);
    case 'list':
      return node.elements.map((element) => evaluate(element, values));
    case 'call':
      return call(node, values);
    case 'not':
      return !isTruthy(evaluate(node.of, values));
    case 'minus':
      return -numberOf(evaluate(node.of, values), node.of);
    case 'and': {
      const left = evaluate(node.left, values);
      return isTruthy(left) ? evaluate(node.right, values) : left;
    }
    case 'or': {
      const left = evaluate(node.left, values);
      return isTruthy(left) ? left : evaluate(node.right, values);
    }
    case 'compare':
      return compareChain(node, values);
    case 'arithmetic':
      return calculate(node.operator, evaluate(node.left, values), evaluate(node.right, values), node);
    case 'conditional':
      return isTruthy(evaluate(node.condition, values))
        ? evaluate(node.then, values)
        : evaluate(node.otherwise, values);
  }
}

function valueOf(name: string, values: JsonObject, span: Span): Json {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  throw new ExpressionError('unknown-name', unknownName(name, Object.keys(values), 'a name known here'), span);
}

function fieldOf(value: Json, name: string): Json {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return null;
  return value[name] ?? null;
}

function call(node: Node & { kind: 'call' }, values: JsonObject): Json {
  const { name, arguments: args } = node;
  if (name === 'has') return hasField(node, values);
  return FUNCTIONS[name].work(
    args.map((argument) => evaluate(argument, values)),
    node,
    args,
  );
}

/** Whether a record has a field, which nothing else can ask: a name without a value is a mistake. */
function hasField(node: Node & { kind: 'call' }, values: JsonObject): boolean {
  const path: string[] = [];
  let [part] = node.arguments;
  for (; part?.kind === 'field'; part = part.of) path.unshift(part.name);
  if (part?.kind !== 'name') throw new ExpressionError('type', '`has` takes the name of a field', node);
  let value: Json = values;
  for (const name of [part.name, ...path]) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return false;
    value = value[name] ?? null;
  }
  return true;
}

function compareChain(node: Node & { kind: 'compare' }, values: JsonObject): boolean {
  let left = evaluate(node.first, values);
  for (const { operator, right: rightNode } of node.rest) {
    const right = evaluate(rightNode, values);
    if (!compare(operator, left, right, node)) return false;
    left = right;
  }
  return true;
}

function compare(operator: Comparison, left: Json, right: Json, span: Span): boolean {
  if (operator === '==') return isEqual(left, right);
  if (operator === '!=') return !isEqual(left, right);
  if (operator === 'in') return contains(right, left, span);
  if (operator === 'not in') return !contains(right, left, span);
  const numbers = typeof left === 'number' && typeof right === 'number';
  const texts = typeof left === 'string' && typeof right === 'string';
  if (!numbers && !texts) {
    throw wrongType(`\`${operator}\` compares two numbers or two texts`, left, span, right);
  }
  if (numbers && !(Number.isFinite(left) && Number.isFinite(right))) {
    throw new ExpressionError('type', 'a number here is too large to be compared', span);
  }
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  if (operator === '>') return left > right;
  return left >= right;
}

function isEqual(left: Json, right: Json): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}

function contains(whole: Json, part: Json, span: Span): boolean {
  if (typeof whole === 'string' && typeof part === 'string') return whole.includes(part);
  if (Array.isArray(whole)) return whole.some((element: Json) => isEqual(element, part));
  if (isJsonObject(whole)) return typeof part === 'string' && Object.hasOwn(whole, part);
  throw wrongType('`in` looks into a list, a text or a map', whole, span);
}

function calculate(operator: Arithmetic, left: Json, right: Json, node: Span & { left: Node; right: Node }): Json {
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (Array.isArray(left) && Array.isArray(right)) return [...(left as Json[]), ...(right as Json[])];
  }
  const result = calculateNumbers(operator, numberOf(left, node.left), numberOf(right, node.right));
  if (Number.isFinite(result)) return result;
  throw new ExpressionError('type', 'the result is not a number (is this a division by zero?)', node);
}

function calculateNumbers(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '%':
      // The sign of the divisor, as in Python, so that // and % belong together.
      return left - right * Math.floor(left / right);
  }
}
