/** What the keys of a view of records do; those that are absent do nothing. */
export interface KeyActions {
  readonly verdict: (verdict: 'accept' | 'reject') => void;
  /** 0: no rating. */
  readonly rate: (rating: number) => void;
  readonly edit: () => void;
  readonly note: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly move: (by: 1 | -1) => void;
  readonly close: () => void;
  readonly search: () => void;
  readonly goToLine?: () => void;
  readonly mode: (mode: 'table' | 'cards') => void;
  readonly statistics?: () => void;
  readonly help: () => void;
}

/** Listens for the keys; they work wherever nothing is typed. @param isActive whether the view is in sight */
export function listenForKeys(actions: KeyActions, isActive: () => boolean): void {
  document.addEventListener('keydown', (event) => {
    const action = isTyped(event) || !isActive() ? undefined : actionOf(event, actions);
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

/** Where keys are letters: a control of the toolkit hides its own field. */
const TYPED = 'input, textarea, select, vscode-dropdown, vscode-text-field, vscode-text-area';

function isTyped({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest(TYPED) !== null;
}

function actionOf(event: KeyboardEvent, actions: KeyActions): (() => void) | undefined {
  const key = event.key.toLowerCase();
  if (event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) {
    if (key === 'f') return actions.search;
    if (key === 'y' || (key === 'z' && event.shiftKey)) return actions.redo;
    return key === 'z' ? actions.undo : undefined;
  }
  if (/^[0-5]$/u.test(key)) return () => actions.rate(Number(key));
  if (key === 'u') return event.shiftKey ? actions.redo : actions.undo;
  const named: Readonly<Record<string, (() => void) | undefined>> = {
    a: () => actions.verdict('accept'),
    r: () => actions.verdict('reject'),
    e: actions.edit,
    n: actions.note,
    j: () => actions.move(1),
    k: () => actions.move(-1),
    escape: actions.close,
    '/': actions.search,
    g: actions.goToLine,
    t: () => actions.mode('table'),
    c: () => actions.mode('cards'),
    s: actions.statistics,
    '?': actions.help,
  };
  return Object.hasOwn(named, key) ? named[key] : undefined;
}
