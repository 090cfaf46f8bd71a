import type { DecisionChange, ViewRecord } from '../../src/protocol/dataset.ts';
import type { ResultCounts } from '../../src/protocol/studio.ts';
import { element } from '../ui/element.ts';
import { iconButton, setPressed } from '../ui/iconButton.ts';
import { drawKeysHelp } from '../ui/keysHelp.ts';
import { Popup } from '../ui/popup.ts';
import { ReviewActions } from '../ui/reviewActions.ts';
import { ReviewBar } from '../ui/reviewBar.ts';
import { listenForKeys } from '../ui/listenForKeys.ts';
import type { KeyActions } from '../ui/reviewKeys.ts';
import { ReviewTally } from '../ui/reviewTally.ts';
import type { Wording } from '../ui/wording.ts';

export const MODES = ['table', 'cards'] as const;
export type RecordsMode = (typeof MODES)[number];

/** What the host does with decisions. */
export interface ReviewCalls {
  readonly decide: (source: string, line: number, change: DecisionChange) => Promise<unknown>;
  readonly undo: (source: string) => Promise<unknown>;
  readonly redo: (source: string) => Promise<unknown>;
  readonly openReview: (source: string) => void;
  readonly apply: (source: string) => void;
  /** Has the record changed, by hand or otherwise. Done when there is a field to do so in. */
  readonly edit: (source: string, line: number) => Promise<void>;
}

/** The records that are decided about, as they are shown. */
export interface ReviewPlace {
  readonly source: () => string;
  /** Whether somebody looks at them. */
  readonly isSeen: () => boolean;
  /** The open record; opens the one that the keys stand at, where none is. */
  readonly open: () => Promise<ViewRecord | undefined>;
  /** Opens the record of a line. */
  readonly show: (line: number) => Promise<void>;
  /** Lines of the rows that are selected. */
  readonly selected: () => Promise<readonly number[]>;
  /** Done when the other record is open. */
  readonly move: (by: 1 | -1) => Promise<void>;
  readonly close: () => void;
  readonly search: () => void;
  readonly showMode: (mode: RecordsMode) => void;
  /** What is shown may have changed. */
  readonly refresh: () => Promise<void>;
  readonly tell: (problem: string) => void;
}

/** Decides about records by buttons and keys: the same ones as in the viewer of datasets. */
export class RecordReview {
  readonly bar: ReviewBar;
  readonly tally: ReviewTally;
  /** Buttons that choose between table and cards, and the list of keys. */
  readonly views: HTMLElement;
  readonly #calls: ReviewCalls;
  readonly #place: ReviewPlace;
  readonly #actions: ReviewActions;
  readonly #modes: Readonly<Record<RecordsMode, HTMLButtonElement>>;
  /** Lines that were decided about, to go back to. */
  readonly #decided: number[] = [];

  constructor(words: Wording, calls: ReviewCalls, place: ReviewPlace) {
    this.#calls = calls;
    this.#place = place;
    const { t } = words;
    this.#actions = new ReviewActions({
      record: () => place.open(),
      decide: (line, change) => this.#decide([line], change),
      moveOn: () => place.move(1),
    });
    this.bar = new ReviewBar(words, {
      onVerdict: (verdict) => void this.#verdict(verdict),
      onRate: (rating) => void this.#actions.rate(rating),
      onChange: (change) => void this.#actions.change(change),
    });
    this.tally = new ReviewTally(words, {
      onUndo: () => void this.#undo(),
      onRedo: () => void this.#redo(),
      onApply: () => calls.apply(place.source()),
      onOpenReview: () => calls.openReview(place.source()),
    });
    this.#modes = {
      table: iconButton({ label: t('Table'), icon: 'table', key: 'T', onClick: () => place.showMode('table') }),
      cards: iconButton({ label: t('Cards'), icon: 'list-flat', key: 'C', onClick: () => place.showMode('cards') }),
    };
    const button = iconButton({ label: t('Keys'), icon: 'question', key: '?', onClick: () => toggleHelp() });
    const help = new Popup(button, t('Keys'));
    const toggleHelp = (): void => {
      if (help.isOpen) help.close();
      else help.open(drawKeysHelp(words, ['G', 'S']));
    };
    const group = element('span', { class: 'tool-group' }, this.#modes.table, this.#modes.cards, button);
    this.views = element('span', { class: 'popup-anchor' }, group, help.root);
    const keys: KeyActions = {
      verdict: (verdict) => this.#verdict(verdict),
      rate: (rating) => this.#actions.rate(rating),
      edit: async () => {
        const record = await place.open();
        if (record !== undefined) await calls.edit(place.source(), record.line);
      },
      note: async () => {
        if ((await place.open())?.broken === null) this.bar.focusNote();
      },
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      move: (by) => place.move(by),
      close: () => place.close(),
      search: () => place.search(),
      mode: (mode) => place.showMode(mode),
      help: toggleHelp,
    };
    listenForKeys(keys, () => place.isSeen());
  }

  show({ review }: ResultCounts): void {
    this.tally.show(review);
  }

  showMode(mode: RecordsMode): void {
    for (const name of ['table', 'cards'] as const) setPressed(this.#modes[name], name === mode);
  }

  /** With rows selected it is about them all. */
  async #verdict(verdict: 'accept' | 'reject'): Promise<void> {
    const lines = await this.#place.selected();
    if (lines.length === 0) await this.#actions.verdict(verdict);
    else await this.#decide(lines, { verdict }).catch(() => undefined);
  }

  async #decide(lines: readonly number[], change: DecisionChange): Promise<void> {
    const source = this.#place.source();
    await this.#do(async () => {
      for (const line of lines) {
        await this.#calls.decide(source, line, change);
        this.#decided.push(line);
      }
    });
  }

  async #undo(): Promise<void> {
    await this.#do(() => this.#calls.undo(this.#place.source())).catch(() => undefined);
    const line = this.#decided.pop();
    if (line !== undefined) await this.#place.show(line);
  }

  async #redo(): Promise<void> {
    await this.#do(() => this.#calls.redo(this.#place.source())).catch(() => undefined);
  }

  /** What goes wrong is told, and thrown on. */
  async #do(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#place.tell(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      await this.#place.refresh();
    }
  }
}
