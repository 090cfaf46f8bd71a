import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as z from 'zod';
import { TASK_TYPE } from '../ids.ts';
import type { PipelineCheck } from '../language/pipelineDiagnostics.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { RunSessions } from '../runs/runSession.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import { PipelineTerminal } from './pipelineTerminal.ts';

/** What can be done with a pipeline, or with a dataset (`curate`). */
const TASK_COMMANDS = ['run', 'preview', 'validate', 'curate'] as const;
/** Tasks that are found for each pipeline. */
const FOUND_COMMANDS = ['run', 'preview', 'validate'] as const;

/** A task as it stands in `tasks.json`. */
const definitionSchema = z.object({
  type: z.literal(TASK_TYPE),
  /** Path of the pipeline (of the dataset, with `curate`): absolute, or in the task's folder. */
  pipeline: z.string().min(1),
  command: z.enum(TASK_COMMANDS).default('run'),
  args: z.array(z.string()).default([]),
});
export type PipelineTask = z.infer<typeof definitionSchema>;

export interface TasksOptions {
  readonly pipelines: FileCatalog;
  readonly sessions: RunSessions;
  readonly runs: RunManager;
  readonly check: PipelineCheck;
  /** The command's bundle, absolute. */
  readonly script: string;
}

/**
 * Makes tasks of pipelines. What may ask models goes through the runs of the window: the same consent, the same keys (which
 * never enter an environment or a command line), the same list of runs. `curate` asks none; it is the command itself.
 */
export class PipelineTasks {
  readonly #options: TasksOptions;

  constructor(options: TasksOptions) {
    this.#options = options;
  }

  async found(): Promise<vscode.Task[]> {
    const files = await this.#options.pipelines.list();
    return files.flatMap((uri) => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      if (uri.scheme !== 'file' || folder === undefined) return [];
      const pipeline = vscode.workspace.asRelativePath(uri, false);
      return FOUND_COMMANDS.map((command) => this.#task({ type: TASK_TYPE, pipeline, command }, folder));
    });
  }

  /** A task of `tasks.json`, with what carries it out; undefined when it is none of ours. */
  resolve(task: vscode.Task): vscode.Task | undefined {
    if (!definitionSchema.safeParse(task.definition).success) return undefined;
    // The very definition, else the editor takes it for another task.
    return this.#task(task.definition, typeof task.scope === 'object' ? task.scope : undefined, task.name);
  }

  #task(definition: vscode.TaskDefinition, folder: vscode.WorkspaceFolder | undefined, named?: string): vscode.Task {
    const { pipeline, command, args } = definitionSchema.parse(definition);
    const name = named === undefined || named === '' ? `${command} ${pipeline}` : named;
    const root = folder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const task = new vscode.Task(
      definition,
      folder ?? vscode.TaskScope.Workspace,
      name,
      'Openline',
      command === 'curate' ? this.#command([command, pipeline, ...args], root) : this.#execution(root),
      [`$${TASK_TYPE}`],
    );
    task.detail = detailOf(command);
    if (command === 'run') task.group = vscode.TaskGroup.Build;
    if (command === 'validate') task.group = vscode.TaskGroup.Test;
    task.presentationOptions = {
      reveal: command === 'validate' ? vscode.TaskRevealKind.Silent : vscode.TaskRevealKind.Always,
      panel: vscode.TaskPanelKind.Dedicated,
    };
    return task;
  }

  /** @param root where relative paths start */
  #execution(root: string): vscode.CustomExecution {
    return new vscode.CustomExecution((resolved) => {
      // Here the variables of `tasks.json` are filled in.
      const task = definitionSchema.parse(resolved);
      const path = isAbsolute(task.pipeline) ? task.pipeline : join(root, task.pipeline);
      return Promise.resolve(new PipelineTerminal(task, path, this.#options));
    });
  }

  /** The command's bundle under the editor's own Node. */
  #command(args: readonly string[], cwd: string): vscode.ProcessExecution {
    return new vscode.ProcessExecution(process.execPath, [this.#options.script, ...args], {
      cwd,
      // In desktop VS Code the executable is Electron, which is Node when it is told so.
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
  }
}

function detailOf(command: PipelineTask['command']): string {
  switch (command) {
    case 'run':
      return l10n.t('Run the pipeline; the task fails when the run does');
    case 'preview':
      return l10n.t('Make the first records; a run that follows reuses their answers');
    case 'validate':
      return l10n.t('Check the pipeline; nothing is sent and nothing written');
    case 'curate':
      return l10n.t('Edit and filter the records of a JSONL file');
  }
}
