import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import { RayJobItem } from '../trees/rayJobItem.ts';
import type { RayJobDeps } from './attachToRay.ts';

/** Takes a job that has ended off the list. What it made stays on the cluster's storage. */
export function registerForgetRayJob({ rayJobs }: RayJobDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.forgetRayJob, async (argument?: unknown) => {
    if (argument instanceof RayJobItem) await rayJobs.forget(argument.job);
  });
}
