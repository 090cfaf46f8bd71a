import { reviewKeys, type KeyActions } from './reviewKeys.ts';

/** Listens for the keys of a review; they work wherever nothing is typed. @param isActive whether the view is in sight */
export function listenForKeys(actions: KeyActions, isActive: () => boolean): void {
  const take = reviewKeys(actions);
  document.addEventListener('keydown', (event) => {
    if (!isTyped(event) && isActive() && take(event)) event.preventDefault();
  });
}

/** Where keys are letters: a control of the toolkit hides its own field. */
const TYPED = 'input, textarea, select, vscode-dropdown, vscode-text-field, vscode-text-area';

function isTyped({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest(TYPED) !== null;
}
