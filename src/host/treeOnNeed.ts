import * as vscode from 'vscode';

/** How items of a view are dragged and dropped; what does it is loaded along with the tree. */
export interface DragOnNeed<Item> {
  readonly dragMimeTypes: readonly string[];
  readonly dropMimeTypes: readonly string[];
  readonly load: () => Promise<
    Pick<vscode.TreeDragAndDropController<Item>, 'handleDrag'> &
      Required<Pick<vscode.TreeDragAndDropController<Item>, 'handleDrop'>>
  >;
}

export interface TreeOnNeedOptions<Item> {
  /** Loads what fills the view; called when the view is first seen, and only once. */
  readonly load: () => Promise<vscode.TreeDataProvider<Item>>;
  readonly showCollapseAll?: boolean;
  /** Whether several items can be selected; commands are called with all of them. */
  readonly canSelectMany?: boolean;
  readonly drag?: DragOnNeed<Item>;
}

/** Announces a view whose content is loaded when the view is first seen, so that it stays off the path of activation. */
export function treeOnNeed<Item>(id: string, options: TreeOnNeedOptions<Item>): vscode.TreeView<Item> {
  const { showCollapseAll = false, canSelectMany = false, drag } = options;
  const changed = new vscode.EventEmitter<Item | Item[] | undefined | null>();
  let loading: Promise<vscode.TreeDataProvider<Item>> | undefined;
  const load = async (): Promise<vscode.TreeDataProvider<Item>> => {
    const tree = await options.load();
    tree.onDidChangeTreeData?.((item) => {
      changed.fire(item ?? undefined);
    });
    return tree;
  };
  const tree = (): Promise<vscode.TreeDataProvider<Item>> => (loading ??= load());
  return vscode.window.createTreeView<Item>(id, {
    showCollapseAll,
    canSelectMany,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (item) => (await tree()).getChildren(item),
      getTreeItem: async (item) => (await tree()).getTreeItem(item),
    },
    ...(drag === undefined ? {} : { dragAndDropController: controllerOf(drag) }),
  });
}

function controllerOf<Item>(drag: DragOnNeed<Item>): vscode.TreeDragAndDropController<Item> {
  const { dragMimeTypes, dropMimeTypes, load } = drag;
  return {
    ...{ dragMimeTypes, dropMimeTypes },
    handleDrag: async (items, data, token) => (await load()).handleDrag?.(items, data, token),
    handleDrop: async (target, data, token) => (await load()).handleDrop(target, data, token),
  };
}
