import type { PreviewMessage } from '../../src/protocol/preview.ts';
import { element } from './element.ts';
import './promptMessages.css';
import type { Wording } from './wording.ts';

/** The messages of a prompt as they are sent, with what was filled in marked as such. */
export function promptMessages({ t }: Wording, messages: readonly PreviewMessage[]): readonly HTMLElement[] {
  return messages.flatMap(({ role, parts }) => [
    element('div', { class: 'role', text: role === 'system' ? t('System') : t('User') }),
    element(
      'div',
      { class: 'message' },
      ...parts.map(({ text, name, isMissing }) => {
        if (name === null) return document.createTextNode(text);
        const options = { class: isMissing ? 'filled missing' : 'filled', text, hint: `{${name}}` };
        return element(isMissing ? 'mark' : 'span', options);
      }),
    ),
  ]);
}
