import { element } from './element.ts';
import type { Wording } from './wording.ts';

/** Longer texts are folded: more than a person takes in at a glance. */
const FOLDED_CHARACTERS = 1200;
const FOLDED_LINES = 16;

/** A text as it is, line breaks kept. A long one shows its beginning, and the rest on a click. */
export function foldedText(words: Wording, text: string): HTMLElement {
  const beginning = beginningOf(text);
  const shown = element('div', { class: 'record-text', text: text === '' ? ' ' : beginning });
  // Written from right to left where the text is.
  shown.dir = 'auto';
  if (beginning.length === text.length) return shown;
  const toggle = element('button', { class: 'record-fold' });
  toggle.type = 'button';
  const show = (open: boolean): void => {
    shown.textContent = open ? text : `${beginning}…`;
    toggle.textContent = open ? words.t('Show less') : words.t('Show all {0} characters', words.number(text.length));
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', (event) => {
    event.stopPropagation();
    show(toggle.getAttribute('aria-expanded') !== 'true');
  });
  show(false);
  return element('div', {}, shown, toggle);
}

function beginningOf(text: string): string {
  let end = Math.min(text.length, FOLDED_CHARACTERS);
  let line = -1;
  for (let lines = 0; lines < FOLDED_LINES; lines += 1) {
    line = text.indexOf('\n', line + 1);
    if (line === -1 || line > end) break;
    if (lines === FOLDED_LINES - 1) end = line;
  }
  // Little would be hidden: it is shown, too.
  return text.length - end < FOLDED_CHARACTERS / 4 && end === FOLDED_CHARACTERS ? text : text.slice(0, end);
}
