import { element, icon } from './element.ts';

export interface MenuItem {
  readonly label: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** The key that does the same, as it is shown. */
  readonly key?: string;
  readonly onChoose: () => void;
}

/** A menu for a popup: what there is no room for in a tool bar. The arrow keys, Home and End move within it. */
export function drawMenu(label: string, items: readonly MenuItem[]): HTMLElement {
  const buttons = items.map(drawItem);
  const menu = element('div', { class: 'popup-menu', role: 'menu' }, ...buttons);
  menu.setAttribute('aria-label', label);
  menu.addEventListener('keydown', (event) => {
    const at = buttons.findIndex((button) => button === document.activeElement);
    const last = buttons.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const to = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  });
  return menu;
}

function drawItem({ label, icon: name, key, onChoose }: MenuItem): HTMLButtonElement {
  const button = element('button', { role: 'menuitem' }, icon(name), element('span', { text: label }));
  button.type = 'button';
  if (key !== undefined) {
    button.setAttribute('aria-keyshortcuts', key);
    button.append(element('span', { class: 'popup-key', text: key }));
  }
  button.addEventListener('click', onChoose);
  return button;
}
