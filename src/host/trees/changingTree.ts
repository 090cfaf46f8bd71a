import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';

/**
 * A flat list in a view that can be told to look again.
 *
 * While the editor fetches a list as a whole it knows none of its items, and a key or a menu that a person uses at that
 * moment is about nothing. So a list of the same items in the same order is kept: only what they show is written anew.
 */
export abstract class ChangingTree<Item extends vscode.TreeItem>
  implements vscode.TreeDataProvider<Item>, vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<Item | Item[] | undefined>();
  readonly #disposables: Disposes[] = [this.#changed];
  /** What the editor shows; undefined until it has asked. */
  #shown: readonly Item[] | undefined;
  /** What was found and has not been fetched by the editor yet. */
  #found: Item[] | undefined;
  #looking = false;
  #again = false;
  readonly onDidChangeTreeData = this.#changed.event;

  /** The present list; every item has an id of its own. */
  protected abstract list(): Promise<Item[]>;

  async getChildren(): Promise<Item[]> {
    const items = this.#found ?? (await this.list());
    this.#found = undefined;
    this.#shown = items;
    return items;
  }

  getTreeItem(item: Item): vscode.TreeItem {
    return item;
  }

  /** What the editor shows at present. */
  protected get shown(): readonly Item[] {
    return this.#shown ?? [];
  }

  /** Looks again whenever one of the events fires. */
  refreshOn(...events: readonly vscode.Event<unknown>[]): this {
    for (const event of events) {
      this.#disposables.push(
        event(() => {
          void this.refresh();
        }),
      );
    }
    return this;
  }

  /** Looks again at the list. */
  async refresh(): Promise<void> {
    // Nobody has seen it yet.
    if (this.#shown === undefined) return;
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#show(await this.list());
      }
    } catch {
      // The editor fetches it then, and tells what went wrong.
      this.#changed.fire(undefined);
    } finally {
      this.#looking = false;
    }
  }

  /** Writes one item anew. */
  protected rewrite(item: Item): void {
    this.#changed.fire(item);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #show(items: Item[]): void {
    const shown = this.#found ?? this.#shown ?? [];
    if (items.length !== shown.length || items.some(({ id }, index) => id !== shown[index]?.id)) {
      this.#found = items;
      this.#changed.fire(undefined);
      return;
    }
    const changed = shown.filter((item, index) => {
      const next = items[index];
      return next !== undefined && takeOn(item, next);
    });
    if (changed.length > 0 && this.#found === undefined) this.#changed.fire(changed);
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
function faceOf({
  label,
  description,
  tooltip,
  iconPath,
  contextValue,
  accessibilityInformation,
}: vscode.TreeItem): string {
  return JSON.stringify([label, description, tooltip, iconPath, contextValue, accessibilityInformation]);
}
