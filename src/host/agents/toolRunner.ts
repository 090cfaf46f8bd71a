/** Carries out calls of tools: what only looks, in a process of its own; what works on runs, with the run manager. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { loadRecipes } from '../../core/pipeline/recipeLibrary.ts';
import { loadTemplateLibrary } from '../../core/prompts/templateLibrary.ts';
import type { Json } from '../../core/record/json.ts';
import { answerText, type Tool, type ToolAnswer, type ToolContext, type ToolProfiles } from '../../core/tools/tool.ts';
import { callCode, type ToolQuestion } from '../../core/tools/toolQuestion.ts';
import type { ToolOrder, ToolReply } from '../../core/tools/toolProtocol.ts';
import { TOOLS } from '../../core/tools/tools.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { askChild, type ChildStart } from '../runs/askChild.ts';
import { defaultsOf, type RunManager } from '../runs/runManager.ts';
import { userTemplatesFolder } from '../templates/templateFiles.ts';
import { EditorRuns } from './editorRuns.ts';
import { questionWords } from './questionWords.ts';

export interface ToolRunnerDeps {
  readonly start: ChildStart;
  readonly runs: RunManager;
  readonly profiles: ProfileStore;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
}

export class ToolRunner {
  readonly #deps: ToolRunnerDeps;
  /** What the person was shown and asked about, until the call that follows. */
  readonly #asked = new Set<string>();

  constructor(deps: ToolRunnerDeps) {
    this.#deps = deps;
  }

  /** What the person has to agree to before the call. What is wrong with it is told by the call itself. */
  async prepare(
    name: string,
    input: unknown,
    token: vscode.CancellationToken,
  ): Promise<vscode.PreparedToolInvocation | undefined> {
    const tool = toolOf(name);
    if (!asks(tool)) return undefined;
    const question = await this.#question(tool, input as Json, signalOf(token)).catch(() => null);
    if (question === null) return undefined;
    this.#asked.add(callCode(name, input as Json, question, sha256));
    return { confirmationMessages: questionWords(question) };
  }

  /** @throws Error with what is wrong, for the model */
  async invoke(name: string, input: unknown, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    const tool = toolOf(name);
    const signal = signalOf(token);
    if (!vscode.workspace.isTrusted) throw new Error(l10n.t('The workspace is not trusted: nothing is run in it.'));
    const question = asks(tool) ? await this.#question(tool, input as Json, signal) : null;
    if (question !== null && !this.#asked.delete(callCode(name, input as Json, question, sha256))) {
      throw new Error(l10n.t('What the person agreed to has changed since. Call the tool again.'));
    }
    const answer = tool.ownsRuns
      ? await tool.run(input, await this.#context(signal))
      : await this.#ask(tool, input as Json, signal);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(answerText(answer))]);
  }

  async #question(tool: Tool, input: Json, signal: AbortSignal): Promise<ToolQuestion | null> {
    const reply = await this.#send(tool, 'question', input, signal);
    if (reply.type === 'toolRefused') throw new Error(reply.message);
    return reply.type === 'toolQuestion' ? reply.question : null;
  }

  async #ask(tool: Tool, input: Json, signal: AbortSignal): Promise<ToolAnswer> {
    const reply = await this.#send(tool, 'run', input, signal);
    if (reply.type === 'toolAnswer') return reply.answer;
    throw new Error(reply.type === 'toolRefused' ? reply.message : tool.name);
  }

  async #send(tool: Tool, phase: ToolOrder['phase'], input: Json, signal: AbortSignal): Promise<ToolReply> {
    const folders = openFolders();
    const roots = await Promise.all(
      [...new Set(await Promise.all(folders.map((folder) => findWorkspaceRoot(join(folder, 'any')))))].map(
        async (root) => ({ root, ...(await this.#profilesOf(root)) }),
      ),
    );
    const order: ToolOrder = { type: 'tool', phase, name: tool.name, input, folders, roots };
    return askChild(order, this.#deps.start, signal, (message) =>
      message.type === 'toolQuestion' || message.type === 'toolAnswer' || message.type === 'toolRefused'
        ? message
        : undefined,
    );
  }

  async #context(signal: AbortSignal): Promise<ToolContext> {
    const { library, runs } = this.#deps;
    const [templates, recipes] = await Promise.all([
      loadTemplateLibrary(join(library, 'prompts')),
      loadRecipes(join(library, 'recipes')),
    ]);
    return {
      folders: openFolders(),
      library: () => Promise.resolve({ templates, recipes }),
      userTemplatesFolders: [userTemplatesFolder()],
      profilesOf: (root) => this.#profilesOf(root),
      runs: new EditorRuns(runs),
      signal,
    };
  }

  /** The profiles without keys: nothing is sent with them. */
  async #profilesOf(root: string): Promise<ToolProfiles> {
    const { profiles, ...known } = await this.#deps.profiles.ofRoot(root);
    return { profiles: profiles.map(({ name, profile }) => ({ name, profile })), defaults: defaultsOf(known) };
  }
}

function asks({ effect }: Tool): boolean {
  return effect === 'spends' || effect === 'writes';
}

function toolOf(name: string): Tool {
  const tool = TOOLS.find((known) => known.name === name);
  if (tool === undefined) throw new Error(`There is no tool ${name}`);
  return tool;
}

function openFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : []));
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  token.onCancellationRequested(() => {
    abort.abort();
  });
  return abort.signal;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
