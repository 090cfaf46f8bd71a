import { element } from './element.ts';

/** Narrowest that a column can be made, in pixels. */
const NARROWEST = 48;

export interface GridColumn {
  /** What tells it from others. */
  readonly name: string;
  /** What stands above it; absent: its name. */
  readonly label?: string;
  /** In pixels; absent: what the table has room for. */
  readonly width?: number;
  /** Whether, and how, the rows are in this column's order. */
  readonly sorted?: 'ascending' | 'descending';
  /** It has nothing to sort by. */
  readonly isFixed?: boolean;
}

export interface GridHeadOptions {
  /** A column's head was clicked; absent: nothing can be sorted. */
  readonly onSort?: (name: string) => void;
  /** A column was made as wide as that; absent: none can be. */
  readonly onResize?: (name: string, width: number) => void;
}

/** The head of a table: names, which can be clicked to sort, and edges, which can be drawn. */
export class GridHead {
  readonly root = element('tr');
  readonly #options: GridHeadOptions;

  constructor(options: GridHeadOptions) {
    this.#options = options;
  }

  /** In pixels. */
  get height(): number {
    return this.root.offsetHeight;
  }

  draw(columns: readonly GridColumn[]): void {
    this.root.replaceChildren(...columns.map((column) => this.#cell(column)));
  }

  #cell({ name, label = name, width, sorted, isFixed = false }: GridColumn): HTMLTableCellElement {
    const { onSort, onResize } = this.#options;
    const cell = element('th', { hint: name });
    cell.scope = 'col';
    if (width !== undefined) cell.style.width = `${width}px`;
    if (sorted !== undefined) cell.setAttribute('aria-sort', sorted);
    if (onSort === undefined || isFixed) {
      cell.textContent = label;
    } else {
      const sort = element('button', { class: 'grid-sort', text: label });
      sort.type = 'button';
      // The table is one stop of the Tab key.
      sort.tabIndex = -1;
      sort.addEventListener('click', () => onSort(name));
      cell.append(sort);
    }
    if (onResize !== undefined) cell.append(resizer(cell, (to) => onResize(name, to)));
    return cell;
  }
}

/** The edge of a column, to be drawn with the pointer. */
function resizer(cell: HTMLElement, onResize: (width: number) => void): HTMLElement {
  const edge = element('span', { class: 'grid-resizer' });
  edge.setAttribute('aria-hidden', 'true');
  edge.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    edge.classList.add('dragged');
    const [from, width] = [event.clientX, cell.offsetWidth];
    const widthAt = ({ clientX }: PointerEvent): number => Math.max(NARROWEST, Math.round(width + clientX - from));
    const move = (moved: PointerEvent): void => {
      cell.style.width = `${widthAt(moved)}px`;
    };
    edge.addEventListener('pointermove', move);
    edge.addEventListener(
      'lostpointercapture',
      (ended) => {
        edge.removeEventListener('pointermove', move);
        edge.classList.remove('dragged');
        onResize(widthAt(ended));
      },
      { once: true },
    );
  });
  return edge;
}
