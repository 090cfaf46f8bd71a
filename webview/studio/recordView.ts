import type { ResultRecord } from '../../src/protocol/studio.ts';
import { createBrokenCard, createRecordCard } from '../ui/recordCard.ts';
import { History } from './history.ts';
import type { TabContext } from './tab.ts';

/** A record as a card, or the line as it stands where it is none. */
export function drawCard({ fields, broken }: ResultRecord, { words }: TabContext): HTMLElement {
  if (fields !== null) return createRecordCard(words, fields);
  return createBrokenCard(words, words.t('This line is not a JSON object'), broken ?? '');
}

/** The history of what a tab shows, with its links to the other tabs. */
export function createHistory({ words, host, send, open }: TabContext): History {
  return new History({
    words,
    fetch: (source, line) => host.request({ type: 'history', source, line }),
    fetchDescendants: (step, key) => host.request({ type: 'descendants', step, key }),
    openRequest: (at) => send({ type: 'open-request', at }),
    openTemplate: (template) => send({ type: 'open-template', template }),
    showRecord: (output, line) => open('records', { output, line }),
    showReject: (line) => open('rejected', { line }),
  });
}
