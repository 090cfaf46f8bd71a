import { isJsonObject, type Json } from '../../record/json.ts';

/** What the values of a column have in common: what Parquet needs to know before the first row. */
export type ValueShape =
  /** Nothing but nulls so far. */
  | { readonly kind: 'none' }
  | { readonly kind: 'boolean' | 'integer' | 'number' | 'text' }
  | { readonly kind: 'list'; readonly element: ValueShape }
  | { readonly kind: 'struct'; readonly members: ReadonlyMap<string, ValueShape> }
  /** Values that have nothing in common: written as JSON texts. */
  | { readonly kind: 'mixed' };

export const NO_SHAPE: ValueShape = { kind: 'none' };
const MIXED: ValueShape = { kind: 'mixed' };
/** An object with more different names than this is a dictionary, not a row. */
const MOST_MEMBERS = 200;

export function shapeOf(value: Json): ValueShape {
  if (value === null) return NO_SHAPE;
  if (typeof value === 'boolean') return { kind: 'boolean' };
  if (typeof value === 'string') return { kind: 'text' };
  if (typeof value === 'number') return { kind: Number.isSafeInteger(value) ? 'integer' : 'number' };
  if (!isJsonObject(value)) {
    return { kind: 'list', element: value.map(shapeOf).reduce(commonShape, NO_SHAPE) };
  }
  const members = Object.entries(value).map(([name, member]) => [name, shapeOf(member)] as const);
  // Parquet has no struct without members.
  return members.length === 0 ? MIXED : structOf(new Map(members));
}

/** The narrowest shape that both fit. */
export function commonShape(a: ValueShape, b: ValueShape): ValueShape {
  if (a.kind === 'none') return b;
  if (b.kind === 'none') return a;
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', element: commonShape(a.element, b.element) };
  if (a.kind === 'struct' && b.kind === 'struct') {
    const members = new Map(a.members);
    for (const [name, shape] of b.members) members.set(name, commonShape(members.get(name) ?? NO_SHAPE, shape));
    return structOf(members);
  }
  if (a.kind === b.kind) return a;
  const kinds = new Set([a.kind, b.kind]);
  return kinds.size === 2 && kinds.has('integer') && kinds.has('number') ? { kind: 'number' } : MIXED;
}

function structOf(members: ReadonlyMap<string, ValueShape>): ValueShape {
  return members.size > MOST_MEMBERS ? MIXED : { kind: 'struct', members };
}
