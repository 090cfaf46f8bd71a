import * as vscode from 'vscode';
import { registerAddEndpoint, type AddEndpointDeps } from './commands/addEndpoint.ts';
import { registerCancel, type CancelDeps } from './commands/cancel.ts';
import { registerCurateDataset } from './commands/curateDataset.ts';
import { registerEditEndpoint, type EditEndpointDeps } from './commands/editEndpoint.ts';
import { registerNewPipeline, type NewPipelineDeps } from './commands/newPipeline.ts';
import { registerOpenOutput, type OpenOutputDeps } from './commands/openOutput.ts';
import { registerOpenPipeline, type OpenPipelineDeps } from './commands/openPipeline.ts';
import { registerOpenStudio, type OpenStudioDeps } from './commands/openStudio.ts';
import { registerPreview } from './commands/preview.ts';
import { registerResume, type ResumeDeps } from './commands/resume.ts';
import { registerRun, type RunCommandDeps } from './commands/run.ts';
import { registerRunStep, type RunStepDeps } from './commands/runStep.ts';
import { registerSetKey, type SetKeyDeps } from './commands/setKey.ts';
import { registerShowLog, type ShowLogDeps } from './commands/showLog.ts';
import { registerTestConnection, type TestConnectionDeps } from './commands/testConnection.ts';

/** What all commands together need. */
export type CommandDeps = AddEndpointDeps &
  CancelDeps &
  EditEndpointDeps &
  NewPipelineDeps &
  OpenOutputDeps &
  OpenPipelineDeps &
  OpenStudioDeps &
  ResumeDeps &
  RunCommandDeps &
  RunStepDeps &
  SetKeyDeps &
  ShowLogDeps &
  TestConnectionDeps;

export function registerCommands(deps: CommandDeps): vscode.Disposable {
  const commands = [
    registerAddEndpoint,
    registerCancel,
    registerCurateDataset,
    registerEditEndpoint,
    registerNewPipeline,
    registerOpenOutput,
    registerOpenPipeline,
    registerOpenStudio,
    registerPreview,
    registerResume,
    registerRun,
    registerRunStep,
    registerSetKey,
    registerShowLog,
    registerTestConnection,
  ];
  return vscode.Disposable.from(...commands.map((register) => register(deps)));
}
