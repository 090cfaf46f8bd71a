/** What the form keeps while it is hidden, over a reload of the window, and when it is moved. */
import * as z from 'zod/mini';
import type { EditorApi } from '../ui/editorApi.ts';

const keptSchema = z.object({
  /** The step that is looked at. */
  step: z.string(),
  /** The parts that are unfolded, by their names. */
  open: z.array(z.string()),
  /** How far down the form is scrolled, in pixels. */
  top: z.number(),
});

/** Scrolling goes on: it is kept when it has rested for so long. */
const REST_MS = 150;

/** Names a part that can be folded, so that it is found again. */
export function keepOpen(details: HTMLDetailsElement, name: string): void {
  details.dataset['kept'] = name;
}

export class KeptLayout {
  readonly #api: EditorApi;
  readonly #root: HTMLElement;
  #state: z.infer<typeof keptSchema>;
  #timer: number | undefined;

  constructor(api: EditorApi, root: HTMLElement) {
    this.#api = api;
    this.#root = root;
    this.#state = keptSchema.safeParse(api.getState()).data ?? { step: '', open: [], top: 0 };
  }

  get step(): string {
    return this.#state.step;
  }

  set step(step: string) {
    this.#keep({ step });
  }

  /** Brings back what there was, once everything is drawn; from then on what changes is kept. */
  begin(): void {
    const { open, top } = this.#state;
    for (const details of this.#parts()) details.open = open.includes(details.dataset['kept'] ?? '');
    window.scrollTo({ top });
    // It does not bubble.
    this.#root.addEventListener('toggle', () => this.#keep({ open: this.#open() }), true);
    window.addEventListener('scroll', () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#keep({ top: window.scrollY }), REST_MS);
    });
  }

  #keep(part: Partial<z.infer<typeof keptSchema>>): void {
    this.#state = { ...this.#state, ...part };
    this.#api.setState(this.#state);
  }

  #open(): string[] {
    return this.#parts().flatMap(({ open, dataset }) => (open ? [dataset['kept'] ?? ''] : []));
  }

  #parts(): readonly HTMLDetailsElement[] {
    return [...this.#root.querySelectorAll<HTMLDetailsElement>('details[data-kept]')];
  }
}
