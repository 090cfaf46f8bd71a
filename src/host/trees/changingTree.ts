import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';

/** A flat list in a view that can be told to look again. */
export abstract class ChangingTree<Item extends vscode.TreeItem>
  implements vscode.TreeDataProvider<Item>, vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<Item | undefined>();
  readonly #disposables: Disposes[] = [this.#changed];
  readonly onDidChangeTreeData = this.#changed.event;

  abstract getChildren(): Promise<Item[]>;

  getTreeItem(item: Item): vscode.TreeItem {
    return item;
  }

  /** Looks again whenever one of the events fires. */
  refreshOn(...events: readonly vscode.Event<unknown>[]): this {
    for (const event of events) {
      this.#disposables.push(
        event(() => {
          this.refresh();
        }),
      );
    }
    return this;
  }

  /** Looks again: the whole list, or one item of it. */
  refresh(item?: Item): void {
    this.#changed.fire(item);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}
