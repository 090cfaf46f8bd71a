/** Making and changing elements. Texts go in as text alone: what a model wrote is never markup. */

export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly role?: string;
  /** Explanation that shows when the pointer rests on it. */
  readonly hint?: string;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options?: ElementOptions,
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag];
export function element(tag: string, options?: ElementOptions, ...children: readonly Node[]): HTMLElement;
export function element(tag: string, options: ElementOptions = {}, ...children: readonly Node[]): HTMLElement {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  if (options.role !== undefined) made.setAttribute('role', options.role);
  if (options.hint !== undefined) made.title = options.hint;
  made.append(...children);
  return made;
}

/** One of the editor's icons, for the eye alone. */
export function icon(name: string): HTMLSpanElement {
  const made = element('span', { class: `codicon codicon-${name}` });
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** Writes a text only where it is another: nothing is laid out or announced anew without need. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function setHidden(target: HTMLElement, hidden: boolean): void {
  if (target.hidden !== hidden) target.hidden = hidden;
}
