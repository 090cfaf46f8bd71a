import type { Wording } from '../ui/wording.ts';
import { reasonText } from '../ui/reasons.ts';
import type { ShownColumn } from './shownColumns.ts';

/** Widest that columns become by themselves, in pixels: what is told of a reject, and its record's fields. */
const MESSAGE = 320;
const REASON = 220;
const FIELD = 150;

/** What stands first, in this order, whatever comes first in the file. */
const FIRST = ['id', 'step', 'reason', 'message'];
/** Where it was turned down and how it came to be: the history tells it better. */
const UNSHOWN: ReadonlySet<string> = new Set(['at', 'steps']);
const FIELDS = 'fields.';

/** The columns of what was turned down: what is told of it, then the fields of the record. @param names of the columns of the file */
export function rejectColumns(names: readonly string[], words: Wording): readonly ShownColumn[] {
  const first = FIRST.filter((name) => names.includes(name));
  const others = names.filter((name) => !FIRST.includes(name) && !UNSHOWN.has(name));
  const told = new Set([...first, ...others.filter((name) => !name.startsWith(FIELDS))]);
  const labelOf = (name: string): string => {
    const label = name.startsWith(FIELDS) ? name.slice(FIELDS.length) : name;
    // A field may be called as what is told of the reject.
    return label !== name && told.has(label) ? name : label;
  };
  return [...first, ...others].map((name): ShownColumn => {
    const column = { name, label: labelOf(name) };
    if (name === 'reason') return { ...column, most: REASON, text: (cell) => reasonText(cell, words) };
    return { ...column, most: name === 'message' ? MESSAGE : FIELD };
  });
}
