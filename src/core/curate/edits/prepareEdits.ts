import type { Edit, Edited } from './edit.ts';
import { PLAIN_EDITS } from './plainEdits.ts';
import { redact } from './redact.ts';

/** Changes a text; what it needs is loaded. */
export type TextEdit = (text: string) => Edited;

/** Makes edits ready, to be carried out one after the other. A text of which nothing is left cannot be used any more. */
export async function prepareEdits(edits: readonly Edit[]): Promise<TextEdit> {
  const prepared = await Promise.all(edits.map(async (edit) => ({ kind: edit.kind, work: await prepare(edit) })));
  return (text) => {
    let current = text;
    for (const { kind, work } of prepared) {
      const edited = work(current);
      if ('reason' in edited) return edited;
      if (edited.text.trim() === '' && text.trim() !== '') {
        return { reason: 'empty', message: `nothing is left of the text after ${kind}` };
      }
      current = edited.text;
    }
    return { text: current };
  };
}

async function prepare(edit: Edit): Promise<TextEdit> {
  switch (edit.kind) {
    case 'slice':
      return (text) => slice(text, edit);
    case 'redact':
      return (text) => ({ text: redact(text, edit.kinds, edit.with) });
    case 'replace':
    case 'remove_lines': {
      const { regularExpression } = await import('../regularExpression.ts');
      const expression = regularExpression(edit.pattern, edit);
      if (edit.kind === 'replace') return (text) => ({ text: expression.replaceAll(text, edit.with) });
      const keep = (line: string): boolean => !expression.test(line.replace(/\r$/u, ''));
      return (text) => ({ text: text.split('\n').filter(keep).join('\n') });
    }
    default: {
      const work = PLAIN_EDITS[edit.kind];
      return (text) => ({ text: work(text) });
    }
  }
}

/** The place of a marker or an index in UTF-16 units: where the slice begins or ends. */
interface Cut {
  readonly start: number;
  readonly end: number;
}

function slice(text: string, { from, to, withMarkers }: Extract<Edit, { readonly kind: 'slice' }>): Edited {
  const first = from === undefined ? { start: 0, end: 0 } : cutAt(text, from, 0);
  if (first === null) return missing(from);
  const last = to === undefined ? { start: text.length, end: text.length } : cutAt(text, to, first.end);
  if (last === null) return missing(to);
  return { text: withMarkers ? text.slice(first.start, last.end) : text.slice(first.end, last.start) };
}

function cutAt(text: string, place: string | number, behind: number): Cut | null {
  if (typeof place === 'string') {
    const start = text.indexOf(place, behind);
    return start === -1 ? null : { start, end: start + place.length };
  }
  // An index counts characters, not UTF-16 units; a negative one from the end.
  const at = Array.from(text).slice(0, place).join('').length;
  return { start: at, end: at };
}

function missing(marker: string | number | undefined): Edited {
  return { reason: 'missing-marker', message: `the text has no ${JSON.stringify(marker)} to cut at` };
}
