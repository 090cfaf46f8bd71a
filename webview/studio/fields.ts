import type { ResultRecord } from '../../src/protocol/studio.ts';
import { element } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';

/** A record field by field, or the line as it stands where it is none. */
export function drawFields({ fields, broken }: ResultRecord, { t }: Wording): HTMLElement {
  const entries: readonly (readonly [string, unknown])[] =
    fields === null ? [[t('This line is not a JSON object'), broken ?? '']] : Object.entries(fields);
  const list = element('dl', { class: 'fields' });
  for (const [name, value] of entries) {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    list.append(
      element('dt', { text: name }),
      element('dd', {
        class: typeof value === 'string' && fields !== null ? 'text' : 'json',
        text: text === '' ? ' ' : text,
      }),
    );
  }
  return list;
}
