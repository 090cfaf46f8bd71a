import type { ResultRecord } from '../../src/protocol/studio.ts';
import { brokenText } from '../ui/brokenText.ts';
import { createBrokenCard, createRecordCard } from '../ui/recordCard.ts';
import { fieldsOf, withEdit } from '../ui/recordFields.ts';
import { History } from './history.ts';
import type { TabContext } from './tab.ts';

/** A record as a card, with its edits made, or the line as it stands where it is none. */
export function drawCard(record: ResultRecord, { words }: TabContext): HTMLElement {
  const fields = fieldsOf(record);
  if (fields !== undefined) return createRecordCard(words, withEdit(fields, record.decision?.edit ?? {}));
  return createBrokenCard(words, brokenText(record.broken ?? 'not-json', words), record.text);
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
