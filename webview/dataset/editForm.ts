import type { DecisionChange } from '../../src/protocol/dataset.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { turnsOf, type RecordFields } from '../ui/recordShape.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

export type Edit = NonNullable<DecisionChange['edit']>;

export interface EditFormOptions {
  readonly words: Wording;
  /** The record as it stands in the file. */
  readonly original: RecordFields;
  /** With the edits made so far. */
  readonly edited: RecordFields;
  /** @param edit the fields that are different from the original's */
  readonly onSave: (edit: Edit) => void;
  readonly onCancel: () => void;
}

/** One field of the form: reads its new value. @throws Error with what is wrong */
interface FieldInput {
  readonly name: string;
  readonly read: () => unknown;
}

/** The fields of a record to be edited: texts as texts, conversations turn by turn, everything else as JSON. */
export function createEditForm({ words, original, edited, onSave, onCancel }: EditFormOptions): HTMLElement {
  const { t } = words;
  const inputs: FieldInput[] = [];
  const fields = Object.entries(edited)
    .filter(([name]) => name !== 'id' && name !== 'openline_id')
    .map(([name, value]) => drawField(words, name, value, inputs));
  const problem = element('p', { class: 'problem', role: 'alert' });
  problem.hidden = true;
  const save = (): void => {
    try {
      onSave(differences(original, inputs));
    } catch (error) {
      setText(problem, error instanceof Error ? error.message : String(error));
      setHidden(problem, false);
    }
  };
  const buttons = element(
    'div',
    { class: 'buttons' },
    createButton({ label: t('Save'), look: 'primary', onClick: save }),
    createButton({ label: t('Cancel'), onClick: onCancel }),
    element('span', { class: 'muted', text: t('Ctrl+Enter saves, Esc cancels') }),
  );
  const form = element('div', { class: 'edit-form', role: 'form' }, ...fields, problem, buttons);
  form.setAttribute('aria-label', t('Edit the record'));
  form.addEventListener('keydown', (event) => {
    event.stopPropagation();
    const saves = (event.key === 'Enter' || event.key.toLowerCase() === 's') && (event.ctrlKey || event.metaKey);
    if (!saves && event.key !== 'Escape') return;
    event.preventDefault();
    if (saves) save();
    else onCancel();
  });
  return form;
}

function drawField(words: Wording, name: string, value: unknown, inputs: FieldInput[]): HTMLElement {
  const turns = turnsOf(value);
  const rows = Array.isArray(value) && turns?.every(({ more }) => more === null) === true ? value : null;
  if (rows !== null) return drawTurns(name, rows as readonly RecordFields[], inputs);
  const isText = typeof value === 'string';
  const area = textArea(isText ? value : JSON.stringify(value, null, 2), name, isText ? '' : 'code');
  inputs.push({ name, read: () => (isText ? area.value : readJson(words, name, area.value)) });
  return element('div', { class: 'edit-field' }, element('div', { class: 'record-name', text: name }), area);
}

/** The turns of a conversation; what is not the text of a turn stays as it is. */
function drawTurns(name: string, turns: readonly RecordFields[], inputs: FieldInput[]): HTMLElement {
  const areas = turns.map((turn) => {
    const key = typeof turn['content'] === 'string' ? 'content' : typeof turn['value'] === 'string' ? 'value' : null;
    const role = String(turn['role'] ?? turn['from']);
    const area = textArea(
      key === null ? JSON.stringify(turn['content'] ?? turn['value'], null, 2) : String(turn[key]),
      role,
      '',
    );
    area.readOnly = key === null;
    return { turn, key, role, area };
  });
  inputs.push({
    name,
    read: () => areas.map(({ turn, key, area }) => (key === null ? turn : { ...turn, [key]: area.value })),
  });
  const rows = areas.flatMap(({ role, area }) => [
    element('div', { class: 'record-name', text: `${name} · ${role}` }),
    area,
  ]);
  return element('div', { class: 'edit-field' }, ...rows);
}

function textArea(text: string, label: string, look: string): HTMLTextAreaElement {
  const area = element('textarea', { class: look });
  area.value = text;
  area.rows = Math.min(12, Math.max(1, text.split('\n').length + Math.floor(text.length / 90)));
  area.setAttribute('aria-label', label);
  return area;
}

function readJson({ t }: Wording, name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(t('{0} is not JSON: {1}', name, why), { cause: error });
  }
}

function differences(original: RecordFields, inputs: readonly FieldInput[]): Edit {
  const entries = inputs
    .map(({ name, read }) => [name, read()] as const)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(original[name]));
  // What was parsed from JSON, or is a text, is JSON.
  return Object.fromEntries(entries) as Edit;
}
