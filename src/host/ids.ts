/**
 * Every name that the manifest and the code share, in one place. A test holds this file against package.json.
 */

/**
 * Commands that `registerCommands` registers, and those of templates that `registerTemplateCommands` does. Both are loaded
 * when the first of their commands is used; a command that is registered elsewhere belongs to neither.
 */
export const GENERAL_COMMANDS = {
  newPipeline: 'openline.newPipeline',
  createExample: 'openline.createExample',
  browseRecipes: 'openline.browseRecipes',
  setUpPipeline: 'openline.setUpPipeline',
  curateDataset: 'openline.curateDataset',
  insertLoadingCode: 'openline.insertLoadingCode',
  run: 'openline.run',
  preview: 'openline.preview',
  runStep: 'openline.runStep',
  runOnRay: 'openline.runOnRay',
  attachToRay: 'openline.attachToRay',
  stopOnRay: 'openline.stopOnRay',
  showRayLog: 'openline.showRayLog',
  forgetRayJob: 'openline.forgetRayJob',
  allowCode: 'openline.allowCode',
  forbidCode: 'openline.forbidCode',
  pause: 'openline.pause',
  cancel: 'openline.cancel',
  resume: 'openline.resume',
  retryFailed: 'openline.retryFailed',
  workThrough: 'openline.workThrough',
  askAgain: 'openline.askAgain',
  dismissProblem: 'openline.dismissProblem',
  addEndpoint: 'openline.addEndpoint',
  editEndpoint: 'openline.editEndpoint',
  setKey: 'openline.setKey',
  testConnection: 'openline.testConnection',
  chooseModel: 'openline.chooseModel',
  setDefaultEndpoint: 'openline.setDefaultEndpoint',
  duplicateEndpoint: 'openline.duplicateEndpoint',
  removeEndpoint: 'openline.removeEndpoint',
  moveEndpointUp: 'openline.moveEndpointUp',
  moveEndpointDown: 'openline.moveEndpointDown',
  findServices: 'openline.findServices',
  estimate: 'openline.estimate',
  resumeWithBudget: 'openline.resumeWithBudget',
  compareRuns: 'openline.compareRuns',
  openOutput: 'openline.openOutput',
  openDataset: 'openline.openDataset',
  openDatasetText: 'openline.openDatasetText',
  goToDatasetLine: 'openline.goToDatasetLine',
  showStatistics: 'openline.showStatistics',
  applyReview: 'openline.applyReview',
  openRequest: 'openline.openRequest',
  openPipeline: 'openline.openPipeline',
  openStudio: 'openline.openStudio',
  showLog: 'openline.showLog',
} as const;
export const TEMPLATE_COMMANDS = {
  newTemplate: 'openline.newTemplate',
  duplicateTemplate: 'openline.duplicateTemplate',
  renameTemplate: 'openline.renameTemplate',
  deleteTemplate: 'openline.deleteTemplate',
  findTemplateUses: 'openline.findTemplateUses',
  useTemplate: 'openline.useTemplate',
  previewTemplate: 'openline.previewTemplate',
  tryTemplate: 'openline.tryTemplate',
  importTemplates: 'openline.importTemplates',
  exportTemplates: 'openline.exportTemplates',
} as const;

/** All commands, as they stand in `contributes.commands`. */
export const COMMANDS = { ...GENERAL_COMMANDS, ...TEMPLATE_COMMANDS } as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** The container in the activity bar. */
export const CONTAINER = 'openline';

/** Views, as they stand in `contributes.views`. */
export const VIEWS = {
  endpoints: 'openline.endpoints',
  prompts: 'openline.prompts',
  pipelines: 'openline.pipelines',
  runs: 'openline.runs',
} as const;

/** What is dragged in the Endpoints view, and where it may be dropped. */
const ENDPOINT_DRAG_TYPES = ['application/vnd.code.tree.openline.endpoints'] as const;
export const ENDPOINT_DRAG = { dragMimeTypes: ENDPOINT_DRAG_TYPES, dropMimeTypes: ENDPOINT_DRAG_TYPES } as const;
/** What may be dropped on the Prompts view. */
export const PROMPT_DROP = { dragMimeTypes: [], dropMimeTypes: ['text/uri-list'] } as const;

/** Type of the panel that shows a run; also named in the activation events. */
export const STUDIO_PANEL = 'openline.studio';

/** Type of the panel that previews a template; also named in the activation events. */
export const PREVIEW_PANEL = 'openline.templatePreview';

/** Type of the editor that shows a dataset, as it stands in `contributes.customEditors`. */
export const DATASET_EDITOR = 'openline.dataset';

/** Type of the editor that shows a pipeline as a form, as it stands in `contributes.customEditors`. */
export const SETUP_EDITOR = 'openline.setup';

/** Type of the panel with the statistics of a dataset; also named in the activation events. */
export const STATISTICS_PANEL = 'openline.statistics';

/** Type of the panel with the recipes; also named in the activation events. */
export const GALLERY_PANEL = 'openline.gallery';

/** The language of prompt templates, as it stands in `contributes.languages`. */
export const PROMPT_LANGUAGE = 'openline-prompt';

/** Scheme of the documents that show what was asked and answered; they cannot be edited. */
export const REQUEST_SCHEME = 'openline-request';

/** The type of tasks, as it stands in `contributes.taskDefinitions`. */
export const TASK_TYPE = 'openline';

/** Id of the item in the status bar. */
export const STATUS_ITEM = 'openline.status';

/** The tools that language models may call, without the prefix that stands before each in `contributes.languageModelTools`. */
export const LANGUAGE_MODEL_TOOLS = [
  'list_recipes',
  'describe_steps',
  'list_endpoints',
  'propose_pipeline',
  'validate_pipeline',
  'estimate_run',
  'preview_run',
  'run_pipeline',
  'resume_run',
  'run_status',
  'cancel_run',
  'list_runs',
  'explain_rejects',
  'explain_record',
  'query_dataset',
] as const;
export const TOOL_PREFIX = 'openline_';

/** Id of the participant in the chat, as it stands in `contributes.chatParticipants`. */
export const CHAT_PARTICIPANT = 'openline.chat';

/** The section of the settings, and the settings in it. */
export const SETTINGS_SECTION = 'openline';
export const SETTINGS = {
  endpoints: 'endpoints',
  defaultEndpoint: 'defaultEndpoint',
  budget: 'budget',
  confirmRun: 'confirmRun',
  rayClusters: 'rayClusters',
  openStudioOnRun: 'openStudioOnRun',
  showRunProblems: 'showRunProblems',
} as const;

/** Context keys that `when` clauses of the manifest ask for. */
export const CONTEXT_KEYS = {
  /** A run that this window started is going on. */
  running: 'openline.running',
  /** There is a run that can be taken up again. */
  resumable: 'openline.resumable',
  /** There is a run in which something failed that can be asked again. */
  retryable: 'openline.retryable',
  /** There is a run whose results can be looked at. */
  hasRuns: 'openline.hasRuns',
  /** There is a pipeline in the workspace. */
  hasPipelines: 'openline.hasPipelines',
  /** There is an endpoint besides the built-in one, be it broken. */
  hasEndpoints: 'openline.hasEndpoints',
  /** There is a template that is not built in. */
  hasTemplates: 'openline.hasTemplates',
  /** The person lets code of records be run in this workspace. */
  codeAllowed: 'openline.codeAllowed',
} as const;

/** Values of `viewItem` in `when` clauses. */
export const ITEM_KINDS = {
  endpoint: 'openline.endpoint',
  endpointDefault: 'openline.endpoint.default',
  keylessEndpoint: 'openline.endpoint.keyless',
  keylessDefault: 'openline.endpoint.keyless.default',
  sampleEndpoint: 'openline.endpoint.sample',
  sampleDefault: 'openline.endpoint.sample.default',
  brokenEndpoint: 'openline.endpoint.broken',
  brokenFile: 'openline.endpoint.brokenFile',
  promptTask: 'openline.prompt.task',
  promptBuiltIn: 'openline.prompt.builtin',
  promptOwn: 'openline.prompt.own',
  promptUse: 'openline.prompt.use',
  pipeline: 'openline.pipeline',
  runActive: 'openline.run.active',
  runEnding: 'openline.run.ending',
  runElsewhere: 'openline.run.elsewhere',
  runResumable: 'openline.run.resumable',
  runResumableFailures: 'openline.run.resumable.failures',
  runDone: 'openline.run.done',
  runDoneFailures: 'openline.run.done.failures',
  rayFollowed: 'openline.ray.followed',
  rayLeft: 'openline.ray.left',
  rayEnded: 'openline.ray.ended',
} as const;

/** File names that the manifest's `when` clauses, the trees and the watchers look for. */
export const PIPELINE_GLOB = '**/*.openline.yaml';
export const PROMPT_GLOB = '**/*.prompt.md';
export const PIPELINE_ENDING = '.openline.yaml';
export const PROMPT_ENDING = '.prompt.md';
/** The folder that Openline keeps beside a project; the engine's own name for it, here without the engine. */
export const OPENLINE_FOLDER = '.openline';

/** How the path of a workspace's profiles ends. */
export const ENDPOINTS_ENDING = `/${OPENLINE_FOLDER}/endpoints.yaml`;
