import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { ITEM_KINDS } from '../ids.ts';
import type { TemplateEntry, TemplateFiles, TemplateHome } from '../templates/templateFiles.ts';
import type { Fate } from '../templates/templateFates.ts';
import { TASK_ORDER, taskOf, type Task } from '../templates/templateTasks.ts';
import type { PipelineUse, TemplateUses } from '../templates/templateUses.ts';
import { formatCount } from '../wording/format.ts';
import { ChangingTree } from './changingTree.ts';

/** Reading pipelines and runs takes a moment: changes within this time, in milliseconds, are shown once. */
const SETTLE_MS = 200;

const ICONS: Readonly<Record<TemplateHome, string>> = {
  workspace: 'comment-discussion',
  user: 'account',
  builtin: 'library',
};

/** A group of templates. */
export class TaskItem extends vscode.TreeItem {
  readonly task: Task;
  readonly entries: readonly TemplateEntry[];

  constructor(task: Task, entries: readonly TemplateEntry[]) {
    const hasOwn = entries.some(({ home }) => home !== 'builtin');
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    super(taskLabel(task), hasOwn ? Expanded : Collapsed);
    this.task = task;
    this.entries = entries;
    // Another id once there are templates of one's own: the view keeps an item's state by its id.
    this.id = `task ${task}${hasOwn ? ' own' : ''}`;
    this.contextValue = ITEM_KINDS.promptTask;
  }
}

/** A template; a click opens it. */
export class TemplateItem extends vscode.TreeItem {
  readonly entry: TemplateEntry;
  readonly uses: readonly PipelineUse[];

  constructor(entry: TemplateEntry, uses: readonly PipelineUse[], fate: Fate | undefined) {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    super(entry.id, uses.length === 0 ? None : Collapsed);
    this.entry = entry;
    this.uses = uses;
    this.id = entry.key;
    const pipelines = new Set(uses.map(({ file }) => file)).size;
    const parts = [
      homeText(entry.home),
      pipelines === 0 ? '' : pipelines === 1 ? l10n.t('1 pipeline') : l10n.t('{0} pipelines', pipelines),
      fate === undefined ? '' : fateText(fate),
    ].filter((part) => part !== '');
    this.description = parts.join(' · ');
    this.tooltip = [
      entry.home === 'builtin' ? entry.id : vscode.workspace.asRelativePath(entry.uri),
      ...parts.slice(1),
    ].join('\n');
    this.accessibilityInformation = { label: [entry.id, ...parts].join(', ') };
    this.iconPath = new vscode.ThemeIcon(ICONS[entry.home]);
    this.contextValue = entry.home === 'builtin' ? ITEM_KINDS.promptBuiltIn : ITEM_KINDS.promptOwn;
    this.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [entry.uri] };
  }
}

/** A step of a pipeline that uses the template above; a click opens it there. */
class UseItem extends vscode.TreeItem {
  constructor(key: string, { file, pipeline, step, at }: PipelineUse) {
    super(pipeline);
    this.description = step;
    this.iconPath = new vscode.ThemeIcon('list-tree');
    this.contextValue = ITEM_KINDS.promptUse;
    this.accessibilityInformation = { label: l10n.t('used by {0} in the step {1}', pipeline, step) };
    const line = (at.file === file ? (at.line ?? 1) : 1) - 1;
    const column = (at.file === file ? (at.column ?? 1) : 1) - 1;
    // With its place: what a click opens is fixed once the editor has the item.
    this.id = `${key} ${file} ${step} ${line}:${column}`;
    const selection = new vscode.Range(line, column, line, column);
    this.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [vscode.Uri.file(file), { selection }] };
  }
}

export type PromptNode = TaskItem | TemplateItem | UseItem;

export interface PromptsTreeOptions {
  readonly files: TemplateFiles;
  /** Reading pipelines and runs is left until somebody looks. */
  readonly uses: () => Promise<TemplateUses>;
  readonly fates: () => Promise<ReadonlyMap<string, Fate>>;
  readonly refresh: readonly vscode.Event<unknown>[];
}

/** All templates by what they are for; below each the pipelines that use it. */
export class PromptsTree extends ChangingTree<PromptNode> {
  readonly #options: PromptsTreeOptions;

  constructor(options: PromptsTreeOptions) {
    super(SETTLE_MS);
    this.#options = options;
    this.refreshOn(options.files.onDidChange, ...options.refresh);
  }

  protected override async list(node?: PromptNode): Promise<PromptNode[]> {
    if (node === undefined) return this.#tasks();
    if (node instanceof TemplateItem) return node.uses.map((use) => new UseItem(node.entry.key, use));
    if (!(node instanceof TaskItem)) return [];
    const { uses, fates } = this.#options;
    const [used, fared] = await Promise.all([(await uses()).all(), fates()]);
    return node.entries.map((entry) => new TemplateItem(entry, used.get(entry.key) ?? [], fared.get(entry.key)));
  }

  async #tasks(): Promise<TaskItem[]> {
    const entries = await this.#options.files.list();
    const unclear = entries.some(({ home, id }) => home !== 'builtin' && taskOf(id) === 'Others');
    const used = unclear ? await (await this.#options.uses()).all() : undefined;
    const groups = new Map<Task, TemplateEntry[]>();
    for (const entry of entries) {
      const replaced = used?.get(entry.key)?.find(({ replaces }) => replaces !== null)?.replaces;
      const task = taskOf(entry.id, entry.home === 'builtin' ? null : replaced);
      groups.set(task, [...(groups.get(task) ?? []), entry]);
    }
    return TASK_ORDER.flatMap((task) => {
      const group = groups.get(task);
      return group === undefined ? [] : [new TaskItem(task, group)];
    });
  }
}

function homeText(home: TemplateHome): string {
  return { workspace: '', user: l10n.t('yours'), builtin: l10n.t('built-in') }[home];
}

function fateText({ accepted, rejected }: Fate): string {
  return rejected === 0
    ? l10n.t('{0} accepted', formatCount(accepted))
    : l10n.t('{0} accepted, {1} rejected', formatCount(accepted), formatCount(rejected));
}

function taskLabel(task: Task): string {
  const labels: Readonly<Record<Task, string>> = {
    'Questions and answers': l10n.t('Questions and answers'),
    Writing: l10n.t('Writing'),
    Mathematics: l10n.t('Mathematics'),
    Programming: l10n.t('Programming'),
    Dialogue: l10n.t('Dialogue'),
    Classification: l10n.t('Classification'),
    'Rewriting documents': l10n.t('Rewriting documents'),
    'Transforming texts': l10n.t('Transforming texts'),
    Judging: l10n.t('Judging'),
    'Fine-tuning sets': l10n.t('Fine-tuning sets'),
    Conversion: l10n.t('Conversion'),
    Others: l10n.t('Others'),
  };
  return labels[task];
}
