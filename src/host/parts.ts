import * as vscode from 'vscode';
import { editorRelay } from './adapters/editorRelay.ts';
import type { Agents } from './agents/announceAgents.ts';
import { makeAgents } from './agents/makeAgents.ts';
import { DatasetEditors } from './datasets/datasetEditors.ts';
import { registerDatasets } from './datasets/registerDatasets.ts';
import { EndpointProbe } from './endpoints/endpointProbe.ts';
import { KeyStore } from './endpoints/keyStore.ts';
import { ProfileStore } from './endpoints/profileStore.ts';
import { followContext } from './contextKeys.ts';
import { CONTEXT_KEYS, PIPELINE_GLOB, PROMPT_GLOB } from './ids.ts';
import { registerPipelines } from './language/pipelines/registerPipelines.ts';
import { PipelineDiagnostics, type PipelineCheck } from './language/pipelineDiagnostics.ts';
import { lazily } from './lazily.ts';
import { networkEnvironment } from './network.ts';
import { makeSetup, type Setup } from './panels/setup/makeSetup.ts';
import { registerRunProblems } from './problems/registerRunProblems.ts';
import type { ChildStart } from './runs/askChild.ts';
import { CodeConsent } from './runs/codeConsent.ts';
import { EstimateView } from './runs/estimateView.ts';
import { registerRequestDocuments } from './results/registerRequestDocuments.ts';
import { ResumeOffer } from './runs/resumeOffer.ts';
import { RunHistory } from './runs/runHistory.ts';
import { RunManager } from './runs/runManager.ts';
import { RunMessages } from './runs/runMessages.ts';
import { RunSessions } from './runs/runSession.ts';
import { RayJobs } from './ray/rayJobs.ts';
import { StatusItem } from './statusItem.ts';
import type { PipelineTasks } from './tasks/pipelineTasks.ts';
import { registerTemplates, type Templates } from './templates/registerTemplates.ts';
import { EndpointDrag } from './trees/endpointDrag.ts';
import { EndpointsTree, type EndpointItem } from './trees/endpointsTree.ts';
import { FilesTree } from './trees/filesTree.ts';
import { RunsTree } from './trees/runsTree.ts';
import { selectedItem } from './trees/selectedItem.ts';
import { FileCatalog } from './workspace/fileCatalog.ts';
import { profileChanges } from './workspace/profileChanges.ts';
import { workspaceRoots } from './workspace/workspaceRoots.ts';

export interface PartsOptions {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly endpointsView: Pick<vscode.TreeView<EndpointItem>, 'selection'>;
}

/** What the extension has announced by name. */
export interface Parts {
  /** Load the handlers of commands; what they resolve with registers them. */
  readonly generalCommands: () => Promise<() => vscode.Disposable>;
  readonly templateCommands: () => Promise<() => vscode.Disposable>;
  readonly trees: {
    readonly endpoints: EndpointsTree;
    readonly prompts: Templates['tree'];
    readonly pipelines: FilesTree;
    readonly runs: RunsTree;
  };
  readonly endpointDrag: EndpointDrag;
  readonly promptDrop: Templates['drop'];
  /** Fill panels that the editor brought back after a reload. */
  readonly restore: {
    readonly studio: (panel: vscode.WebviewPanel, state: unknown) => Promise<void>;
    readonly preview: Templates['restorePreview'];
    readonly statistics: (panel: vscode.WebviewPanel, state: unknown) => Promise<void>;
    readonly gallery: Setup['restoreGallery'];
  };
  readonly datasets: DatasetEditors;
  readonly setup: Setup;
  readonly tasks: () => Promise<PipelineTasks>;
  readonly agents: Agents;
}

/** Puts the parts together. What a command alone needs is loaded when the command is first used. */
export function assembleParts({ context, log, endpointsView }: PartsOptions): Parts {
  const { extensionUri, subscriptions } = context;
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
  const start: ChildStart = { script, environment: networkEnvironment, relay: editorRelay };
  const consent = new CodeConsent(context.workspaceState);
  const runs = new RunManager({ start, profiles, history, log, consent });
  const rayJobs = new RayJobs({ start, profiles, roots, log });
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
      version: versionOf(context),
      questions: await questions(),
    });
    subscriptions.push(panels);
    return panels;
  });
  const statistics = lazily(async () => {
    const { StatisticsPanels } = await import('./panels/statisticsPanels.ts');
    const panels = new StatisticsPanels({ extensionUri, log, questions: await questions() });
    subscriptions.push(panels);
    return panels;
  });
  const comparisons = lazily(async () => {
    const { RunComparisons } = await import('./results/runComparisons.ts');
    const comparing = new RunComparisons(await questions());
    subscriptions.push(comparing);
    return comparing;
  });
  const datasets = new DatasetEditors({ extensionUri, worker, version: versionOf(context), log });
  const checker = lazily(async () => {
    const { PipelineChecker } = await import('./language/pipelineChecker.ts');
    return new PipelineChecker({ library, profiles });
  });
  const check: PipelineCheck = async (file, text) => (await checker()).check(file, text);
  const diagnostics = new PipelineDiagnostics({ check, log, surroundings: changes.event });
  const offer = new ResumeOffer(runs, context.workspaceState);
  const messages = new RunMessages(log);
  const sessions = new RunSessions({
    runs,
    diagnostics,
    ...{ estimates, consent, messages, profiles },
    showStudio: async (folder, appearance) => (await studio()).show(folder, appearance),
    onTold: (folder) => offer.markTold(folder),
  });
  const problems = registerRunProblems({ runs, memory: context.workspaceState, log });
  const endpointsTree = new EndpointsTree(profiles, keys).refreshOn(changes.event, keys.onDidChange);
  const endpointDrag = new EndpointDrag(changes.fire);
  const pipelinesTree = FilesTree.ofPipelines(pipelines);
  const runsTree = new RunsTree(runs, rayJobs);
  const schemas = context.asAbsolutePath('dist/schemas');
  const probe = new EndpointProbe(start);
  const setup = makeSetup({
    ...{ extensionUri, checker, schemas, library, profiles, probe, prompts, runs, sessions, log },
    surroundings: changes.event,
  });
  const templates = registerTemplates({
    ...{ extensionUri, start, library, pipelines, prompts, profiles, roots, runs, log },
    profilesChanged: changes.event,
  });
  const tasks = lazily(async () => {
    const { PipelineTasks } = await import('./tasks/pipelineTasks.ts');
    return new PipelineTasks({ pipelines, sessions, runs, check, script });
  });
  subscriptions.push(
    ...[pipelines, prompts, changes, history, runs, estimates, diagnostics, offer, problems],
    ...[endpointsTree, pipelinesTree, runsTree, rayJobs, datasets, setup, templates],
    new StatusItem(runs, pipelines),
    followContext(CONTEXT_KEYS.codeAllowed, () => consent.given, {
      events: [consent.onDidChange, vscode.workspace.onDidGrantWorkspaceTrust],
      log,
    }),
    followContext(CONTEXT_KEYS.hasEndpoints, () => profiles.hasOwn(), {
      events: [changes.event, vscode.workspace.onDidChangeWorkspaceFolders],
      log,
    }),
    runs.onDidFindOtherInputs((message) => {
      messages.tellOtherInputs(message);
    }),
    registerRequestDocuments(runs),
    registerDatasets({ pipelines, runs, library }),
    registerPipelines({ checker, library, prompts, pipelines, runs, log, schemas }),
  );
  void offer.offer().catch((error: unknown) => {
    log.error(error instanceof Error ? error : String(error));
  });
  return {
    generalCommands: async () => {
      const { registerCommands } = await import('./commands.ts');
      return () =>
        registerCommands({
          ...{
            log,
            pipelines,
            profiles,
            keys,
            runs,
            rayJobs,
            sessions,
            estimates,
            library,
            roots,
            consent,
            datasets,
            problems,
          },
          steps: async (file, text) => (await checker()).steps(file, text),
          probe,
          comparisons,
          showGallery: setup.showGallery,
          showStatistics: async (about) => (await statistics()).show(about),
          selectedEndpoint: () => selectedItem(endpointsView),
          show: async (folder, appearance) => (await studio()).show(folder, appearance),
          onProfilesChanged: changes.fire,
        });
    },
    templateCommands: templates.commands,
    trees: { endpoints: endpointsTree, prompts: templates.tree, pipelines: pipelinesTree, runs: runsTree },
    endpointDrag,
    promptDrop: templates.drop,
    restore: {
      studio: async (panel, state) => (await studio()).restore(panel, state),
      preview: templates.restorePreview,
      statistics: async (panel, state) => (await statistics()).restore(panel, state),
      gallery: setup.restoreGallery,
    },
    ...{ datasets, setup, tasks },
    agents: makeAgents({ start, runs, profiles, library }),
  };
}

function versionOf({ extension }: vscode.ExtensionContext): string {
  const manifest: unknown = extension.packageJSON;
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : '';
}
