import { element } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';

/** All keys of the viewer. */
export function drawHelp({ t }: Wording): HTMLElement {
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
    ['T, C, S', t('Table, cards, statistics')],
    ['?', t('This list')],
  ];
  const list = element('dl', { class: 'keys' });
  for (const [key, what] of keys) {
    list.append(element('div', {}, element('dt', { text: key }), element('dd', { text: what })));
  }
  const note = element('p', {
    text: t('Decisions are kept in the review file at once. The dataset changes when you choose Apply.'),
  });
  return element('div', {}, list, note);
}
