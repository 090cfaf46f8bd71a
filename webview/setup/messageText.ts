import { element } from '../ui/element.ts';

/** The engine's messages follow a position; here they stand alone. */
export function capital(message: string): string {
  return message.charAt(0).toLocaleUpperCase() + message.slice(1);
}

/** A text in which what stands between backticks is code. */
export function withCode(text: string): readonly Node[] {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? element('code', { text: part }) : document.createTextNode(part)));
}
