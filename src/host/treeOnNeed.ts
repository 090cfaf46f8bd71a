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

/** What fills a view. */
interface Tree<Item> extends vscode.TreeDataProvider<Item> {
  /** Told which view it fills. */
  readonly follow: (view: { readonly visible: boolean }) => void;
}

export interface TreeOnNeedOptions<Item> {
  /** Loads what fills the view; called when the view is first seen, and only once. */
  readonly load: () => Promise<Tree<Item>>;
  readonly showCollapseAll?: boolean;
  /** Whether several items can be selected; commands are called with all of them. */
  readonly canSelectMany?: boolean;
  readonly drag?: DragOnNeed<Item>;
}

/** Announces a view whose content is loaded when the view is first seen, so that it stays off the path of activation. */
export function treeOnNeed<Item>(id: string, options: TreeOnNeedOptions<Item>): vscode.TreeView<Item> {
  const { showCollapseAll = false, canSelectMany = false, drag } = options;
  const changed = new vscode.EventEmitter<Item | Item[] | undefined | null>();
  let loading: Promise<Tree<Item>> | undefined;
  const load = async (): Promise<Tree<Item>> => {
    const tree = await options.load();
    tree.follow(view);
    tree.onDidChangeTreeData?.((item) => {
      changed.fire(item ?? undefined);
    });
    return tree;
  };
  const tree = (): Promise<Tree<Item>> => (loading ??= load());
  const view = vscode.window.createTreeView<Item>(id, {
    showCollapseAll,
    canSelectMany,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (item) => (await tree()).getChildren(item),
      getTreeItem: async (item) => (await tree()).getTreeItem(item),
    },
    ...(drag === undefined ? {} : { dragAndDropController: controllerOf(drag) }),
  });
  return view;
}

function controllerOf<Item>(drag: DragOnNeed<Item>): vscode.TreeDragAndDropController<Item> {
  const { dragMimeTypes, dropMimeTypes, load } = drag;
  return {
    ...{ dragMimeTypes, dropMimeTypes },
    handleDrag: async (items, data, token) => (await load()).handleDrag?.(items, data, token),
    handleDrop: async (target, data, token) => (await load()).handleDrop(target, data, token),
  };
}
