import { element, icon } from './element.ts';
import './iconButton.css';

export interface IconButtonOptions {
  readonly label: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** The key that does the same, as it is shown. */
  readonly key?: string;
  readonly onClick: () => void;
}

/** A button of a tool bar: an icon, with its label and key as a hint. */
export function iconButton({ label, icon: name, key, onClick }: IconButtonOptions): HTMLButtonElement {
  const button = element(
    'button',
    { class: 'tool', hint: key === undefined ? label : `${label} (${key})` },
    icon(name),
  );
  button.type = 'button';
  button.setAttribute('aria-label', label);
  if (key !== undefined) button.setAttribute('aria-keyshortcuts', key);
  button.addEventListener('click', onClick);
  return button;
}

/** Whether a button that stays down is down. */
export function setPressed(button: HTMLElement, pressed: boolean): void {
  button.setAttribute('aria-pressed', String(pressed));
}
