import * as vscode from 'vscode';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import type { KeyStore } from '../endpoints/keyStore.ts';
import { COMMANDS } from '../ids.ts';
import type { RayJobs } from '../ray/rayJobs.ts';
import type { RunCommandDeps } from './run.ts';

export interface RunOnRayDeps extends RunCommandDeps {
  readonly rayJobs: RayJobs;
  readonly profiles: ProfileStore;
  readonly keys: KeyStore;
}

/** Hands a pipeline over to a Ray cluster of the user's settings. */
export function registerRunOnRay(deps: RunOnRayDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.runOnRay, async (argument?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, deps.pipelines);
    if (file === undefined) return;
    const { submitToRay } = await import('../ray/submitToRay.ts');
    await submitToRay(file, deps);
  });
}
