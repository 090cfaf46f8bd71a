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

/** What counts of an event of the keyboard. */
export interface PressedKey {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  /** It is held down. */
  readonly repeat: boolean;
}

/**
 * Does what the keys say. A person is faster than the host: what is about the open record is done one after the other, so
 * that each key means the record that the one before has left open. No DOM here.
 *
 * @returns takes a key, and tells whether it means anything
 */
export function reviewKeys(actions: KeyActions): (pressed: PressedKey) => boolean {
  const inTurn = pLimit(1);
  let fieldsToCome = 0;
  const begin = async ({ act, opensField = false }: InTurn): Promise<void> => {
    fieldsToCome += Number(opensField);
    // What goes wrong has been told where the action is carried out.
    await inTurn(act).catch(() => undefined);
    fieldsToCome -= Number(opensField);
  };
  return (pressed) => {
    const action = actionOf(pressed, actions);
    if (action === undefined) return false;
    if (typeof action === 'function') {
      action();
      return true;
    }
    // A letter meant for a field that is not there yet decides nothing, and neither does a key that is held down.
    const isHeld = pressed.repeat && (action.repeats !== true || inTurn.activeCount > 0);
    if (fieldsToCome === 0 && !isHeld) void begin(action);
    return true;
  };
}

/** Done once those before it are. */
interface InTurn {
  readonly act: () => Promise<void>;
  /** What is typed next is typed there. */
  readonly opensField?: boolean;
  /** While its key is held down it is done again whenever it has been done. */
  readonly repeats?: boolean;
}

function actionOf(pressed: PressedKey, actions: KeyActions): (() => void) | InTurn | undefined {
  const key = pressed.key.toLowerCase();
  if (pressed.altKey) return undefined;
  const [undo, redo] = [{ act: actions.undo }, { act: actions.redo }];
  if (pressed.ctrlKey || pressed.metaKey) {
    if (key === 'f') return actions.search;
    if (key === 'y' || (key === 'z' && pressed.shiftKey)) return redo;
    return key === 'z' ? undo : undefined;
  }
  if (/^[0-5]$/u.test(key)) return { act: () => actions.rate(Number(key)) };
  if (key === 'u') return pressed.shiftKey ? redo : undo;
  const named: Readonly<Record<string, (() => void) | InTurn | undefined>> = {
    a: { act: () => actions.verdict('accept') },
    r: { act: () => actions.verdict('reject') },
    e: { act: actions.edit, opensField: true },
    n: { act: actions.note, opensField: true },
    j: { act: () => actions.move(1), repeats: true },
    k: { act: () => actions.move(-1), repeats: true },
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
