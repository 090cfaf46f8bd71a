import * as vscode from 'vscode';
import { announceAgents } from './agents/announceAgents.ts';
import { commandsOnNeed } from './commandsOnNeed.ts';
import * as ids from './ids.ts';
import { lazily } from './lazily.ts';
import type { EndpointItem } from './trees/endpointsTree.ts';
import { treeOnNeed } from './treeOnNeed.ts';

/**
 * Announces by name what the manifest promises. This file and what it imports is all that is read on activation: the parts
 * that do the work are loaded right after it, or sooner by whoever asks for one of them and waits.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Openline', { log: true });
  const parts = lazily(async () => {
    const { assembleParts } = await import('./parts.ts');
    return assembleParts({ context, log, endpointsView });
  });
  const endpointsView: vscode.TreeView<EndpointItem> = treeOnNeed(ids.VIEWS.endpoints, {
    load: async () => (await parts()).trees.endpoints,
    drag: { ...ids.ENDPOINT_DRAG, load: async () => (await parts()).endpointDrag },
  });
  const later = setImmediate(() => {
    parts().catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
    });
  });
  const { registerCustomEditorProvider, registerWebviewPanelSerializer } = vscode.window;
  const supportsMultipleEditorsPerDocument = true;
  context.subscriptions.push(
    log,
    new vscode.Disposable(() => {
      clearImmediate(later);
    }),
    endpointsView,
    treeOnNeed(ids.VIEWS.prompts, {
      load: async () => (await parts()).trees.prompts,
      showCollapseAll: true,
      drag: { ...ids.PROMPT_DROP, load: async () => (await parts()).promptDrop },
    }),
    treeOnNeed(ids.VIEWS.pipelines, { load: async () => (await parts()).trees.pipelines }),
    treeOnNeed(ids.VIEWS.runs, { load: async () => (await parts()).trees.runs, canSelectMany: true }),
    commandsOnNeed(Object.values(ids.GENERAL_COMMANDS), async () => (await parts()).generalCommands()),
    commandsOnNeed(Object.values(ids.TEMPLATE_COMMANDS), async () => (await parts()).templateCommands()),
    registerWebviewPanelSerializer(ids.STUDIO_PANEL, {
      deserializeWebviewPanel: async (panel, state) => (await parts()).restore.studio(panel, state),
    }),
    registerWebviewPanelSerializer(ids.PREVIEW_PANEL, {
      deserializeWebviewPanel: async (panel, state) => (await parts()).restore.preview(panel, state),
    }),
    registerWebviewPanelSerializer(ids.STATISTICS_PANEL, {
      deserializeWebviewPanel: async (panel, state) => (await parts()).restore.statistics(panel, state),
    }),
    registerWebviewPanelSerializer(ids.GALLERY_PANEL, {
      deserializeWebviewPanel: async (panel) => (await parts()).restore.gallery(panel),
    }),
    registerCustomEditorProvider(
      ids.DATASET_EDITOR,
      {
        // Each of its editors reads the file by itself.
        openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: async ({ uri }, panel) => (await parts()).datasets.open(uri, panel),
      },
      { supportsMultipleEditorsPerDocument },
    ),
    registerCustomEditorProvider(
      ids.SETUP_EDITOR,
      { resolveCustomTextEditor: async (document, panel) => (await parts()).setup.open(document, panel) },
      { supportsMultipleEditorsPerDocument },
    ),
    vscode.tasks.registerTaskProvider(ids.TASK_TYPE, {
      provideTasks: async () => (await (await parts()).tasks()).found(),
      resolveTask: async (task) => (await (await parts()).tasks()).resolve(task),
    }),
    announceAgents(async () => (await parts()).agents),
  );
}
