import * as vscode from 'vscode';
import { registerAddEndpoint, type AddEndpointDeps } from './commands/addEndpoint.ts';
import { registerAllowCode, type CodeConsentDeps } from './commands/allowCode.ts';
import { registerApplyReview, type DatasetCommandDeps } from './commands/applyReview.ts';
import { registerAskAgain } from './commands/askAgain.ts';
import { registerAttachToRay, type RayJobDeps } from './commands/attachToRay.ts';
import { registerBrowseRecipes, type BrowseRecipesDeps } from './commands/browseRecipes.ts';
import { registerCancel, type CancelDeps } from './commands/cancel.ts';
import { registerChooseModel, type ChooseModelDeps } from './commands/chooseModel.ts';
import { registerCompareRuns, type CompareRunsDeps } from './commands/compareRuns.ts';
import { registerCreateExample, type CreateExampleDeps } from './commands/createExample.ts';
import { registerCurateDataset } from './commands/curateDataset.ts';
import { registerDismissProblem, type DismissProblemDeps } from './commands/dismissProblem.ts';
import { registerDuplicateEndpoint, type DuplicateEndpointDeps } from './commands/duplicateEndpoint.ts';
import { registerEditEndpoint, type EditEndpointDeps } from './commands/editEndpoint.ts';
import { registerEstimate, type EstimateDeps } from './commands/estimate.ts';
import { registerFindServices, type FindServicesDeps } from './commands/findServices.ts';
import { registerForbidCode } from './commands/forbidCode.ts';
import { registerForgetRayJob } from './commands/forgetRayJob.ts';
import { registerGoToDatasetLine } from './commands/goToDatasetLine.ts';
import { registerInsertLoadingCode } from './commands/insertLoadingCode.ts';
import { registerMoveEndpointDown } from './commands/moveEndpointDown.ts';
import { registerMoveEndpointUp } from './commands/moveEndpointUp.ts';
import { registerNewPipeline, type NewPipelineDeps } from './commands/newPipeline.ts';
import { registerOpenDataset } from './commands/openDataset.ts';
import { registerOpenDatasetText } from './commands/openDatasetText.ts';
import { registerOpenOutput, type OpenOutputDeps } from './commands/openOutput.ts';
import { registerOpenPipeline, type OpenPipelineDeps } from './commands/openPipeline.ts';
import { registerOpenRequest } from './commands/openRequest.ts';
import { registerOpenStudio, type OpenStudioDeps } from './commands/openStudio.ts';
import { registerPause } from './commands/pause.ts';
import { registerPreview } from './commands/preview.ts';
import { registerRemoveEndpoint, type RemoveEndpointDeps } from './commands/removeEndpoint.ts';
import { registerResume, type ResumeDeps } from './commands/resume.ts';
import { registerResumeWithBudget } from './commands/resumeWithBudget.ts';
import { registerRetryFailed } from './commands/retryFailed.ts';
import { registerRun, type RunCommandDeps } from './commands/run.ts';
import { registerRunOnRay, type RunOnRayDeps } from './commands/runOnRay.ts';
import { registerRunStep, type RunStepDeps } from './commands/runStep.ts';
import { registerSetDefaultEndpoint, type SetDefaultEndpointDeps } from './commands/setDefaultEndpoint.ts';
import { registerSetKey, type SetKeyDeps } from './commands/setKey.ts';
import { registerSetUpPipeline, type SetUpPipelineDeps } from './commands/setUpPipeline.ts';
import { registerShowLog, type ShowLogDeps } from './commands/showLog.ts';
import { registerShowRayLog } from './commands/showRayLog.ts';
import { registerShowStatistics, type ShowStatisticsDeps } from './commands/showStatistics.ts';
import { registerStopOnRay } from './commands/stopOnRay.ts';
import { registerTestConnection, type TestConnectionDeps } from './commands/testConnection.ts';
import { registerWorkThrough } from './commands/workThrough.ts';

/** What all commands together need. */
export type CommandDeps = AddEndpointDeps &
  BrowseRecipesDeps &
  CancelDeps &
  CodeConsentDeps &
  ChooseModelDeps &
  CompareRunsDeps &
  CreateExampleDeps &
  DatasetCommandDeps &
  DismissProblemDeps &
  DuplicateEndpointDeps &
  EditEndpointDeps &
  EstimateDeps &
  FindServicesDeps &
  NewPipelineDeps &
  OpenOutputDeps &
  OpenPipelineDeps &
  OpenStudioDeps &
  RayJobDeps &
  RemoveEndpointDeps &
  ResumeDeps &
  RunCommandDeps &
  RunOnRayDeps &
  RunStepDeps &
  SetDefaultEndpointDeps &
  SetKeyDeps &
  SetUpPipelineDeps &
  ShowLogDeps &
  ShowStatisticsDeps &
  TestConnectionDeps;

export function registerCommands(deps: CommandDeps): vscode.Disposable {
  const commands = [
    registerAddEndpoint,
    registerAllowCode,
    registerApplyReview,
    registerAskAgain,
    registerAttachToRay,
    registerBrowseRecipes,
    registerCancel,
    registerChooseModel,
    registerCompareRuns,
    registerCreateExample,
    registerCurateDataset,
    registerDismissProblem,
    registerDuplicateEndpoint,
    registerEditEndpoint,
    registerEstimate,
    registerFindServices,
    registerForbidCode,
    registerForgetRayJob,
    registerGoToDatasetLine,
    registerInsertLoadingCode,
    registerMoveEndpointDown,
    registerMoveEndpointUp,
    registerNewPipeline,
    registerOpenDataset,
    registerOpenDatasetText,
    registerOpenOutput,
    registerOpenPipeline,
    registerOpenRequest,
    registerOpenStudio,
    registerPause,
    registerPreview,
    registerRemoveEndpoint,
    registerResume,
    registerResumeWithBudget,
    registerRetryFailed,
    registerRun,
    registerRunOnRay,
    registerRunStep,
    registerSetDefaultEndpoint,
    registerSetKey,
    registerSetUpPipeline,
    registerShowLog,
    registerShowRayLog,
    registerShowStatistics,
    registerStopOnRay,
    registerTestConnection,
    registerWorkThrough,
  ];
  return vscode.Disposable.from(...commands.map((register) => register(deps)));
}
