import { element } from './element.ts';
import type { Wording } from './wording.ts';

/** The keys of a view of records. @param absent those that it does not have */
export function drawKeysHelp({ t }: Wording, absent: readonly string[] = []): HTMLElement {
  const keys: readonly (readonly [string, string])[] = [
    ['A', t('Accept and go on; again: undecided')],
    ['R', t('Reject and go on; again: undecided')],
    ['1 … 5', t('Rate; 0: no rating')],
    ['E', t('Edit')],
    ['N', t('Note')],
    ['U', t('Undo the last decision')],
    ['Shift+U', t('Redo')],
    ['J, K', t('Next, previous record')],
    ['Enter', t('Open the record')],
    ['Esc', t('Close the record')],
    ['/', t('Search')],
    ['G', t('Go to line')],
    ['T, C', t('Table, cards')],
    ['S', t('Statistics')],
    ['?', t('This list')],
  ];
  const list = element('dl', { class: 'keys' });
  for (const [key, what] of keys.filter(([name]) => !absent.includes(name))) {
    list.append(element('div', {}, element('dt', { text: key }), element('dd', { text: what })));
  }
  const note = element('p', {
    text: t('Decisions are kept in the review file at once. The dataset changes when you choose Apply.'),
  });
  return element('div', {}, list, note);
}
