import type { DecisionChange, ViewRecord } from '../../src/protocol/dataset.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createBrokenCard, createRecordCard } from '../ui/recordCard.ts';
import type { Wording } from '../ui/wording.ts';
import { brokenText } from '../ui/brokenText.ts';
import { iconButton, setPressed } from '../ui/iconButton.ts';
import { fieldsOf, withEdit } from '../ui/recordFields.ts';
import { ReviewBar, type ReviewBarOptions } from '../ui/reviewBar.ts';
import { createEditForm, type Edit } from './editForm.ts';

export interface RecordPaneOptions extends Omit<ReviewBarOptions, 'onEdit'> {
  readonly words: Wording;
  readonly onMove: (by: 1 | -1) => void;
  readonly onOpenLine: (line: number) => void;
  readonly onClose: () => void;
}

/** One record with everything in it, and what is decided about it. */
export class RecordPane {
  readonly root: HTMLElement;
  readonly #options: RecordPaneOptions;
  readonly #title = element('h2');
  readonly #notice = element('p', { class: 'notice' });
  readonly #body = element('div', { class: 'record-body-scroll' });
  readonly #review: ReviewBar;
  readonly #original: HTMLButtonElement;
  #record: ViewRecord | undefined;
  #showsOriginal = false;
  #isEditing = false;

  constructor(options: RecordPaneOptions) {
    this.#options = options;
    const { words, onMove, onOpenLine, onClose } = options;
    const { t } = words;
    this.#review = new ReviewBar(words, { ...options, onEdit: () => this.edit() });
    this.#original = iconButton({
      label: t('Show the Record Without the Edits'),
      icon: 'history',
      onClick: () => {
        this.#showsOriginal = !this.#showsOriginal;
        this.#draw();
      },
    });
    const buttons = element(
      'div',
      { class: 'buttons' },
      this.#original,
      iconButton({ label: t('Previous Record'), icon: 'arrow-up', key: 'K', onClick: () => onMove(-1) }),
      iconButton({ label: t('Next Record'), icon: 'arrow-down', key: 'J', onClick: () => onMove(1) }),
      iconButton({
        label: t('Open in Text Editor'),
        icon: 'go-to-file',
        onClick: () => {
          if (this.#record !== undefined) onOpenLine(this.#record.line);
        },
      }),
      iconButton({ label: t('Close'), icon: 'close', key: 'Escape', onClick: onClose }),
    );
    this.#body.tabIndex = 0;
    this.#body.setAttribute('role', 'region');
    this.#body.setAttribute('aria-label', t('Fields of the record'));
    const head = element('div', { class: 'head' }, this.#title, buttons);
    this.root = element('section', { class: 'pane' }, head, this.#review.root, this.#notice, this.#body);
    this.root.setAttribute('aria-label', t('Record'));
    this.root.hidden = true;
  }

  get record(): ViewRecord | undefined {
    return this.#record;
  }

  get isEditing(): boolean {
    return this.#isEditing;
  }

  /** Shows a record; the same one again keeps its place. */
  show(record: ViewRecord): void {
    const isSame = record.line === this.#record?.line && record.text === this.#record.text;
    if (isSame && JSON.stringify(record) === JSON.stringify(this.#record)) return;
    this.#record = record;
    if (!isSame) this.#isEditing = false;
    if (!isSame) this.#showsOriginal = false;
    this.#review.show(record);
    if (!this.#isEditing) this.#draw();
    if (!isSame) this.#body.scrollTop = 0;
    this.root.hidden = false;
  }

  hide(): void {
    this.#record = undefined;
    this.#isEditing = false;
    this.root.hidden = true;
  }

  focusNote(): void {
    this.#review.focusNote();
  }

  /** Shows the fields of the record to be changed. */
  edit(): void {
    const record = this.#record;
    const original = record === undefined ? undefined : fieldsOf(record);
    if (record === undefined || original === undefined) return;
    this.#isEditing = true;
    const end = (): void => {
      this.#isEditing = false;
      this.#draw();
      this.#body.focus();
    };
    const form = createEditForm({
      words: this.#options.words,
      original,
      edited: withEdit(original, record.decision?.edit ?? {}),
      onSave: (edit: Edit) => {
        const change: DecisionChange = { edit };
        this.#options.onChange(change);
        end();
      },
      onCancel: end,
    });
    this.#body.replaceChildren(form);
    form.querySelector('textarea')?.focus();
  }

  #draw(): void {
    const record = this.#record;
    if (record === undefined) return;
    const { words } = this.#options;
    const { t, number } = words;
    setText(this.#title, t('Line {0}', number(record.line + 1)));
    setHidden(this.#notice, !record.isChanged);
    setText(
      this.#notice,
      t('The record is not what was reviewed any more; the decision is not applied. Decide again.'),
    );
    const edit = record.decision?.edit ?? {};
    setHidden(this.#original, Object.keys(edit).length === 0);
    setPressed(this.#original, this.#showsOriginal);
    const fields = fieldsOf(record);
    const card =
      fields === undefined
        ? createBrokenCard(words, brokenText(record.broken ?? 'not-json', words), record.text)
        : createRecordCard(words, this.#showsOriginal ? fields : withEdit(fields, edit));
    this.#body.replaceChildren(card);
  }
}
