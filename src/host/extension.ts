import * as vscode from 'vscode';
import type { ModelReply } from '../core/run/childProtocol.ts';
import { LanguageModelRelay } from './adapters/languageModels.ts';
import { registerAgents } from './agents/registerAgents.ts';
import { commandsOnNeed } from './commandsOnNeed.ts';
import { DatasetEditors } from './datasets/datasetEditors.ts';
import { registerDatasets } from './datasets/registerDatasets.ts';
import { EndpointProbe } from './endpoints/endpointProbe.ts';
import { KeyStore } from './endpoints/keyStore.ts';
import { ProfileStore } from './endpoints/profileStore.ts';
import { GENERAL_COMMANDS, PIPELINE_GLOB, PROMPT_GLOB, STUDIO_PANEL, VIEWS } from './ids.ts';
import { registerPipelines } from './language/pipelines/registerPipelines.ts';
import { PipelineDiagnostics, type PipelineCheck } from './language/pipelineDiagnostics.ts';
import { lazily } from './lazily.ts';
import { networkEnvironment } from './network.ts';
import { registerSetup } from './panels/setup/registerSetup.ts';
import { registerRunProblems } from './problems/registerRunProblems.ts';
import type { ChildStart, ModelRelay } from './runs/askChild.ts';
import { CodeConsent } from './runs/codeConsent.ts';
import { EstimateView } from './runs/estimateView.ts';
import { registerRequestDocuments } from './results/registerRequestDocuments.ts';
import { ResumeOffer } from './runs/resumeOffer.ts';
import { RunHistory } from './runs/runHistory.ts';
import { RunManager } from './runs/runManager.ts';
import { RunMessages } from './runs/runMessages.ts';
import { RunSessions } from './runs/runSession.ts';
import { StatusItem } from './statusItem.ts';
import { registerTasks } from './tasks/registerTasks.ts';
import { registerTemplates } from './templates/registerTemplates.ts';
import { EndpointDrag } from './trees/endpointDrag.ts';
import { EndpointsTree } from './trees/endpointsTree.ts';
import { FilesTree } from './trees/filesTree.ts';
import { RunsTree } from './trees/runsTree.ts';
import { FileCatalog } from './workspace/fileCatalog.ts';
import { profileChanges } from './workspace/profileChanges.ts';
import { workspaceRoots } from './workspace/workspaceRoots.ts';

/** Puts the parts together. What a command alone needs is loaded when the command is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Openline', { log: true });
  const script = context.asAbsolutePath('dist/cli.js');
  const library = context.asAbsolutePath('dist/library');
  const worker = context.asAbsolutePath('dist/datasetWorker.js');
  const pipelines = new FileCatalog(PIPELINE_GLOB);
  const prompts = new FileCatalog(PROMPT_GLOB);
  const roots = workspaceRoots(pipelines);
  const keys = new KeyStore(context.secrets);
  const profiles = new ProfileStore(keys, roots);
  const changes = profileChanges();
  const history = new RunHistory({ roots, log });
  const relay = (reply: (message: ModelReply) => void): ModelRelay => new LanguageModelRelay(reply);
  const start: ChildStart = { script, environment: networkEnvironment, relay };
  const consent = new CodeConsent(context.workspaceState);
  const runs = new RunManager({ start, profiles, history, log, consent });
  const estimates = new EstimateView(runs);
  /** The process that answers questions about runs; started when the first is put. */
  const questions = lazily(async () => {
    const { QuestionChild } = await import('./templates/questionChild.ts');
    const child = new QuestionChild(start, (line) => log.warn(line));
    subscriptions.push({ dispose: () => child.release() });
    return child;
  });
  const studio = lazily(async () => {
    const { StudioPanels } = await import('./panels/studioPanels.ts');
    const panels = new StudioPanels({
      ...{ extensionUri, worker, runs, profiles, library, log },
      questions: await questions(),
    });
    subscriptions.push(panels);
    return panels;
  });
  const datasets = new DatasetEditors({ extensionUri, worker, version: versionOf(context), log });
  const checker = lazily(async () => {
    const { PipelineChecker } = await import('./language/pipelineChecker.ts');
    return new PipelineChecker({ library, profiles });
  });
  const check: PipelineCheck = async (file, text) => (await checker()).check(file, text);
  const diagnostics = new PipelineDiagnostics({ check, log, surroundings: changes.event });
  const offer = new ResumeOffer(runs, context.workspaceState);
  const sessions = new RunSessions({
    runs,
    diagnostics,
    ...{ estimates, consent, messages: new RunMessages(log) },
    showStudio: async (folder, appearance) => (await studio()).show(folder, appearance),
    onTold: (folder) => offer.markTold(folder),
  });
  const problems = registerRunProblems({ runs, memory: context.workspaceState, log });
  const endpointsTree = new EndpointsTree(profiles, keys).refreshOn(changes.event, keys.onDidChange);
  const endpointsView = vscode.window.createTreeView(VIEWS.endpoints, {
    treeDataProvider: endpointsTree,
    dragAndDropController: new EndpointDrag(changes.fire),
  });
  const pipelinesTree = FilesTree.ofPipelines(pipelines);
  const runsTree = new RunsTree(runs);
  const schemas = context.asAbsolutePath('dist/schemas');
  const probe = new EndpointProbe(start);
  const setup = registerSetup({
    ...{ extensionUri, checker, schemas, library, profiles, probe, prompts, runs, sessions, log },
    surroundings: changes.event,
  });
  subscriptions.push(
    ...[log, pipelines, prompts, changes, history, runs, estimates, diagnostics, offer, problems],
    ...[endpointsTree, pipelinesTree, runsTree, datasets],
    endpointsView,
    vscode.window.registerTreeDataProvider(VIEWS.pipelines, pipelinesTree),
    vscode.window.registerTreeDataProvider(VIEWS.runs, runsTree),
    vscode.window.registerWebviewPanelSerializer(STUDIO_PANEL, {
      deserializeWebviewPanel: async (panel, state) => (await studio()).restore(panel, state),
    }),
    new StatusItem(runs, pipelines),
    registerRequestDocuments(runs),
    registerDatasets({ pipelines, runs, library }),
    setup,
    registerTasks({ pipelines, sessions, runs, check, script }),
    registerPipelines({ checker, library, prompts, pipelines, runs, log, schemas }),
    registerAgents({ start, runs, profiles, library }),
    registerTemplates({
      ...{ extensionUri, start, library, pipelines, prompts, profiles, roots, runs, log },
      profilesChanged: changes.event,
    }),
    commandsOnNeed(Object.values(GENERAL_COMMANDS), async () => {
      const { registerCommands } = await import('./commands.ts');
      return () =>
        registerCommands({
          ...{ log, pipelines, profiles, keys, runs, sessions, estimates, library, roots, consent, datasets, problems },
          steps: async (file, text) => (await checker()).steps(file, text),
          probe,
          showGallery: setup.showGallery,
          selectedEndpoint: () => endpointsView.selection[0],
          show: async (folder, appearance) => (await studio()).show(folder, appearance),
          onProfilesChanged: changes.fire,
        });
    }),
  );
  void offer.offer().catch((error: unknown) => {
    log.error(error instanceof Error ? error : String(error));
  });
}

function versionOf({ extension }: vscode.ExtensionContext): string {
  const manifest: unknown = extension.packageJSON;
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : '';
}
