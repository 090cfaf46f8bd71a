/**
 * Form controls that look like the editor's. The only file that knows which library they come from: what the panels use
 * are the functions below.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { element, icon } from './element.ts';

/** The parts of the library's elements that are used here. */
export interface Button extends HTMLElement {
  appearance: 'primary' | 'secondary' | 'icon';
}

export interface TextField extends HTMLElement {
  value: string;
  placeholder: string;
}

export interface Dropdown extends HTMLElement {
  value: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'vscode-button': Button;
    'vscode-dropdown': Dropdown;
    'vscode-option': HTMLElement;
    'vscode-progress-ring': HTMLElement;
    'vscode-text-field': TextField;
  }
}

/** Makes the controls known to the page; once, before the first is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
  // The library takes the theme's colours when the page has been loaded, which a script that starts late has missed.
  if (document.readyState === 'complete') window.dispatchEvent(new Event('load'));
}

export interface ButtonOptions {
  readonly label: string;
  readonly onClick: () => void;
  /** Name of a codicon. */
  readonly icon?: string;
  /** `icon`: the icon alone, the label for screen readers and as a hint. Default: secondary. */
  readonly look?: 'primary' | 'secondary' | 'icon';
}

export function createButton({ label, onClick, icon: iconName, look = 'secondary' }: ButtonOptions): Button {
  const button = document.createElement('vscode-button');
  button.appearance = look;
  if (look === 'icon') {
    button.setAttribute('aria-label', label);
    button.title = label;
    if (iconName !== undefined) button.append(icon(iconName));
  } else {
    if (iconName !== undefined) {
      const start = icon(iconName);
      start.slot = 'start';
      button.append(start);
    }
    button.append(label);
  }
  button.addEventListener('click', onClick);
  return button;
}

export interface TextFieldOptions {
  /** For screen readers; the placeholder is not a name. */
  readonly label: string;
  readonly placeholder: string;
  readonly icon?: string;
  readonly onInput: (text: string) => void;
}

export function createTextField({ label, placeholder, icon: iconName, onInput }: TextFieldOptions): TextField {
  const field = document.createElement('vscode-text-field');
  field.placeholder = placeholder;
  // The library names the inner input after the label's text; the style sheet hides the label from the eye.
  field.append(label);
  if (iconName !== undefined) {
    const start = icon(iconName);
    start.slot = 'start';
    field.append(start);
  }
  field.addEventListener('input', () => {
    onInput(field.value);
  });
  return field;
}

export interface DropdownOptions {
  readonly label: string;
  readonly onChange: (value: string) => void;
}

export function createDropdown({ label, onChange }: DropdownOptions): Dropdown {
  const dropdown = document.createElement('vscode-dropdown');
  dropdown.setAttribute('aria-label', label);
  dropdown.addEventListener('change', () => {
    onChange(dropdown.value);
  });
  return dropdown;
}

/** Puts other values into a dropdown. */
export function fillDropdown(
  dropdown: Dropdown,
  options: readonly { readonly value: string; readonly label: string }[],
  value: string,
): void {
  dropdown.replaceChildren(
    ...options.map((option) => {
      const item = element('vscode-option', { text: option.label });
      item.setAttribute('value', option.value);
      return item;
    }),
  );
  dropdown.value = value;
}

export function createProgressRing(label: string): HTMLElement {
  const ring = document.createElement('vscode-progress-ring');
  ring.setAttribute('aria-label', label);
  return ring;
}
