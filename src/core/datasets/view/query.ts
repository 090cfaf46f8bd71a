import { canonicalJson } from '../../record/json.ts';

/** How the text of a query is meant: found in the values, as a pattern (RE2) in them, or worked out as a condition. */
export const QUERY_MODES = ['text', 'pattern', 'condition'] as const;
export type QueryMode = (typeof QUERY_MODES)[number];

/** Which records by what was decided about them. */
export const DECISION_FILTERS = [
  'all',
  'accepted',
  'rejected',
  'undecided',
  'edited',
  'rated',
  'noted',
  'changed',
  'broken',
] as const;
export type DecisionFilter = (typeof DECISION_FILTERS)[number];

/** What is looked for, and in which order it is shown. */
export interface ViewQuery {
  readonly text: string;
  readonly mode: QueryMode;
  readonly matchCase: boolean;
  readonly decision: DecisionFilter;
  /** Fields (dotted paths) and the texts that they must have; empty: any. */
  readonly where: Readonly<Record<string, string>>;
  /** Texts of fields that are shown in other words, which hold what is looked for; a text finds them, too. Default: none. */
  readonly also?: Readonly<Record<string, readonly string[]>> | undefined;
  /** A field whose members a condition also names by themselves. Default: none. */
  readonly inside?: string | undefined;
  /** Null: the file's own order. */
  readonly sort: { readonly column: string; readonly descending: boolean } | null;
}

/** Everything, as it stands. */
export const WHOLE: ViewQuery = { text: '', mode: 'text', matchCase: false, decision: 'all', where: {}, sort: null };

export function isSameQuery(one: ViewQuery, other: ViewQuery): boolean {
  return (
    one.text === other.text &&
    one.mode === other.mode &&
    one.matchCase === other.matchCase &&
    one.decision === other.decision &&
    canonicalJson(one.where) === canonicalJson(other.where) &&
    JSON.stringify(one.also) === JSON.stringify(other.also) &&
    one.inside === other.inside &&
    one.sort?.column === other.sort?.column &&
    one.sort?.descending === other.sort?.descending
  );
}

/** Whether a query lets everything through in the file's order, so that nothing need be searched. */
export function isWhole({ text, decision, where, sort }: ViewQuery): boolean {
  return text === '' && decision === 'all' && Object.keys(where).length === 0 && sort === null;
}
