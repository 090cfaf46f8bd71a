import { element } from './element.ts';
import { foldedText } from './foldedText.ts';
import type { Wording } from './wording.ts';

/** A nested value whose JSON is shorter than this stands on one line. */
const ONE_LINE = 80;
/** Members that are drawn at once; more come on a click. */
const MEMBERS = 100;

/** A value of a record: texts as texts, numbers as such, nested ones as a tree that opens on need. */
export function valueTree(words: Wording, value: unknown): HTMLElement {
  if (typeof value === 'string') return foldedText(words, value);
  if (typeof value !== 'object' || value === null)
    return element('span', { class: 'record-code', text: JSON.stringify(value) });
  const members = membersOf(value);
  if (members.length <= 8) {
    const whole = JSON.stringify(value);
    if (whole.length <= ONE_LINE) return element('span', { class: 'record-code', text: whole });
  }
  return branch(words, members, Array.isArray(value));
}

function branch(words: Wording, members: readonly Member[], isList: boolean): HTMLElement {
  const text = isList ? elementsText(words, members.length) : fieldsText(words, members.length);
  const list = element('ul');
  const details = element('details', { class: 'record-tree' }, element('summary', { text }), list);
  details.addEventListener('toggle', () => {
    if (details.open && list.childElementCount === 0) fill(words, list, members, 0);
  });
  return details;
}

function elementsText({ t, number }: Wording, count: number): string {
  return count === 1 ? t('1 element') : t('{0} elements', number(count));
}

function fieldsText({ t, number }: Wording, count: number): string {
  return count === 1 ? t('1 field') : t('{0} fields', number(count));
}

function fill(words: Wording, list: HTMLElement, members: readonly Member[], start: number): void {
  for (const [name, value] of members.slice(start, start + MEMBERS)) {
    list.append(element('li', {}, element('span', { class: 'record-name', text: name }), valueTree(words, value)));
  }
  const left = members.length - start - MEMBERS;
  if (left <= 0) return;
  const more = element('button', { class: 'record-fold', text: words.t('Show {0} more', words.number(left)) });
  more.type = 'button';
  const item = element('li', {}, more);
  more.addEventListener('click', (event) => {
    event.stopPropagation();
    item.remove();
    fill(words, list, members, start + MEMBERS);
  });
  list.append(item);
}

type Member = readonly [string, unknown];

function membersOf(value: object): readonly Member[] {
  return Array.isArray(value)
    ? value.map((element: unknown, index) => [String(index), element])
    : Object.entries(value);
}
