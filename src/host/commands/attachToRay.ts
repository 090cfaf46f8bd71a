import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import { nameOfJob, type RayJobs } from '../ray/rayJobs.ts';
import { RayJobItem } from '../trees/rayJobItem.ts';

export interface RayJobDeps {
  readonly rayJobs: RayJobs;
}

/** Comes back to a job on Ray; of one that has ended, what it made is fetched. */
export function registerAttachToRay({ rayJobs }: RayJobDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.attachToRay, async (argument?: unknown) => {
    if (!(argument instanceof RayJobItem)) return;
    const { root, saved } = argument.job;
    const { tellRayEnd } = await import('../ray/tellRayEnd.ts');
    const given = { variables: {}, approvals: [] };
    const ended = await rayJobs.follow(root, ['attach', saved.job], given, () => undefined);
    await tellRayEnd(ended, root, nameOfJob(saved));
  });
}
