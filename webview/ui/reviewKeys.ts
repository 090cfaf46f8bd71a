import pLimit from 'p-limit';

/**
 * What the keys of a view of records do; those that are absent do nothing. Those that tell when they are done are about the
 * open record: with the next one open, or the decision kept.
 */
export interface KeyActions {
  readonly verdict: (verdict: 'accept' | 'reject') => Promise<void>;
  /** 0: no rating. */
  readonly rate: (rating: number) => Promise<void>;
  readonly edit: () => Promise<void>;
  readonly note: () => Promise<void>;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
  readonly move: (by: 1 | -1) => Promise<void>;
  readonly close: () => void;
  readonly search: () => void;
  readonly goToLine?: () => void;
  readonly mode: (mode: 'table' | 'cards') => void;
  readonly statistics?: () => void;
  readonly help: () => void;
}

/**
 * Listens for the keys; they work wherever nothing is typed. A person is faster than the host: what is about the open record
 * is done one after the other, so that each key means the record that the one before has left open.
 *
 * @param isActive whether the view is in sight
 */
export function listenForKeys(actions: KeyActions, isActive: () => boolean): void {
  const inTurn = pLimit(1);
  let fieldsToCome = 0;
  const done = async ({ act, opensField = false }: InTurn): Promise<void> => {
    fieldsToCome += Number(opensField);
    // What goes wrong has been told where the action is carried out.
    await inTurn(act).catch(() => undefined);
    fieldsToCome -= Number(opensField);
  };
  document.addEventListener('keydown', (event) => {
    const action = isTyped(event) || !isActive() ? undefined : actionOf(event, actions);
    if (action === undefined) return;
    event.preventDefault();
    // A letter meant for a field that is not there yet decides nothing.
    if (fieldsToCome > 0) return;
    if (typeof action === 'function') action();
    else void done(action);
  });
}

/** Done once those before it are. */
interface InTurn {
  readonly act: () => Promise<void>;
  /** What is typed next is typed there. */
  readonly opensField?: boolean;
}

/** Where keys are letters: a control of the toolkit hides its own field. */
const TYPED = 'input, textarea, select, vscode-dropdown, vscode-text-field, vscode-text-area';

function isTyped({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest(TYPED) !== null;
}

function actionOf(event: KeyboardEvent, actions: KeyActions): (() => void) | InTurn | undefined {
  const key = event.key.toLowerCase();
  if (event.altKey) return undefined;
  const [undo, redo] = [{ act: actions.undo }, { act: actions.redo }];
  if (event.ctrlKey || event.metaKey) {
    if (key === 'f') return actions.search;
    if (key === 'y' || (key === 'z' && event.shiftKey)) return redo;
    return key === 'z' ? undo : undefined;
  }
  if (/^[0-5]$/u.test(key)) return { act: () => actions.rate(Number(key)) };
  if (key === 'u') return event.shiftKey ? redo : undo;
  const named: Readonly<Record<string, (() => void) | InTurn | undefined>> = {
    a: { act: () => actions.verdict('accept') },
    r: { act: () => actions.verdict('reject') },
    e: { act: actions.edit, opensField: true },
    n: { act: actions.note, opensField: true },
    j: { act: () => actions.move(1) },
    k: { act: () => actions.move(-1) },
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
