import { element } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { iconButton } from '../ui/iconButton.ts';

export interface ColumnChoice {
  readonly name: string;
  readonly isShown: boolean;
}

export interface ColumnsMenuOptions {
  readonly words: Wording;
  readonly columns: readonly ColumnChoice[];
  readonly onShow: (name: string, isShown: boolean) => void;
  readonly onSort: (name: string) => void;
  /** Makes a column wider (1) or narrower (−1). */
  readonly onWiden: (name: string, by: 1 | -1) => void;
}

/** The columns one by one: which are shown, which one sorts, how wide they are; everything by the keyboard, too. */
export function drawColumnsMenu({ words, columns, onShow, onSort, onWiden }: ColumnsMenuOptions): HTMLElement {
  const { t } = words;
  const list = element('ul', { class: 'columns' });
  for (const { name, isShown } of columns) {
    const box = element('input');
    box.type = 'checkbox';
    box.checked = isShown;
    box.addEventListener('change', () => onShow(name, box.checked));
    const label = element('label', { hint: name }, box, element('span', { text: name }));
    list.append(
      element(
        'li',
        {},
        label,
        iconButton({ label: t('Sort by {0}', name), icon: 'sort-precedence', onClick: () => onSort(name) }),
        iconButton({ label: t('Make {0} Narrower', name), icon: 'chevron-left', onClick: () => onWiden(name, -1) }),
        iconButton({ label: t('Make {0} Wider', name), icon: 'chevron-right', onClick: () => onWiden(name, 1) }),
      ),
    );
  }
  return list;
}
