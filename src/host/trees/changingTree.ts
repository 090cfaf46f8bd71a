import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';

/**
 * A list in a view, or a tree of them, that looks again when something has changed.
 *
 * While the editor fetches a list it knows none of its items, and a key or a menu that a person uses at that moment is
 * about nothing. So where the same items are still there in the same order they are kept, and only what they show is
 * written anew.
 */
export abstract class ChangingTree<Item extends vscode.TreeItem>
  implements vscode.TreeDataProvider<Item>, vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<Item | Item[] | undefined>();
  readonly #disposables: Disposes[] = [this.#changed];
  /** What the editor shows below an item (null: at the top), as far as it has asked. */
  readonly #shown = new Map<Item | null, readonly Item[]>();
  /** What was found there and has not been fetched by the editor yet. */
  readonly #found = new Map<Item | null, Item[]>();
  readonly #settle: number;
  #timer: NodeJS.Timeout | undefined;
  #isSeen = (): boolean => true;
  #isLooking = false;
  #again = false;
  /** How often something has changed. */
  #changes = 0;
  readonly onDidChangeTreeData = this.#changed.event;

  /** @param settle changes come in bursts: those within this time are shown once, in milliseconds */
  constructor(settle = 0) {
    this.#settle = settle;
  }

  /** What there is below an item, or at the top; every item has an id that no other has. */
  protected abstract list(parent?: Item): Promise<Item[]>;

  /** What the editor shows at the top. */
  protected get shown(): readonly Item[] {
    return this.#shown.get(null) ?? [];
  }

  async getChildren(parent?: Item): Promise<Item[]> {
    const place = parent ?? null;
    const changes = this.#changes;
    let items: Item[] = [];
    try {
      items = this.#found.get(place) ?? (await this.list(parent));
    } finally {
      // After a mistake the editor shows nothing, and the next change brings what there is.
      this.#forget(place);
      this.#shown.set(place, items);
    }
    // What was read may be older than a change that was told meanwhile.
    if (changes !== this.#changes) void this.refresh();
    return items;
  }

  getTreeItem(item: Item): vscode.TreeItem {
    return item;
  }

  /** While the view is hidden nothing is read: the editor fetches it when it is seen again. */
  follow(view: { readonly visible: boolean }): void {
    this.#isSeen = () => view.visible;
  }

  /** Looks again whenever one of the events fires. */
  refreshOn(...events: readonly vscode.Event<unknown>[]): this {
    const later = (): void => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.refresh();
      }, this.#settle);
    };
    this.#disposables.push(...events.map((event) => event(later)));
    return this;
  }

  /** Looks again. */
  async refresh(): Promise<void> {
    this.#changes += 1;
    if (!this.#isSeen()) {
      this.#fetchAnew();
      return;
    }
    this.#again = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#again) {
        this.#again = false;
        const changed = await this.#look(null);
        const items = changed.filter((item) => item !== null);
        if (items.length < changed.length) this.#changed.fire(undefined);
        else if (items.length > 0) this.#changed.fire(items);
      }
    } catch {
      // The editor meets the mistake itself then, and tells it.
      this.#fetchAnew();
    } finally {
      this.#isLooking = false;
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  /** Writes one item anew. */
  protected rewrite(item: Item): void {
    this.#changed.fire(item);
  }

  /** @returns the items that say something else now, or have other items below them; null: the top has */
  async #look(place: Item | null): Promise<(Item | null)[]> {
    if (!this.#shown.has(place)) return [];
    const items = await this.list(place ?? undefined);
    const shown = this.#shown.get(place) ?? [];
    if (this.#found.has(place) || items.length !== shown.length || items.some(({ id }, at) => id !== shown[at]?.id)) {
      this.#found.set(place, items);
      return [place];
    }
    const changed: (Item | null)[] = [];
    for (const [at, item] of shown.entries()) {
      const next = items[at];
      if (next !== undefined && takeOn(item, next)) changed.push(item);
      changed.push(...(await this.#look(item)));
    }
    return changed;
  }

  #fetchAnew(): void {
    this.#forget(null);
    this.#changed.fire(undefined);
  }

  #forget(place: Item | null): void {
    for (const item of this.#shown.get(place) ?? []) this.#forget(item);
    this.#shown.delete(place);
    this.#found.delete(place);
  }
}

/** Makes an item say what another one of the same id says. @returns whether that is something else */
function takeOn<Item extends vscode.TreeItem>(item: Item, next: Item): boolean {
  const before = faceOf(item);
  for (const key of Object.keys(item)) if (!Object.hasOwn(next, key)) Reflect.deleteProperty(item, key);
  Object.assign(item, next);
  return faceOf(item) !== before;
}

/** All that the editor shows of an item, and what decides about its menus. */
function faceOf(item: vscode.TreeItem): string {
  const { label, description, tooltip, iconPath, contextValue, accessibilityInformation, collapsibleState } = item;
  const shown = [label, description, tooltip, iconPath, contextValue, accessibilityInformation, collapsibleState];
  return JSON.stringify(shown);
}
