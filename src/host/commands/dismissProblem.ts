import * as vscode from 'vscode';
import * as z from 'zod';
import { COMMANDS } from '../ids.ts';
import type { RunProblemsService } from '../problems/registerRunProblems.ts';

export interface DismissProblemDeps {
  readonly problems: RunProblemsService;
}

const problemSchema = z.object({ run: z.string(), step: z.string(), reason: z.string() });

/** Takes a problem of a run away; a newer run may bring it back. */
export function registerDismissProblem({ problems }: DismissProblemDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.dismissProblem, async (problem?: unknown) => {
    const known = problemSchema.safeParse(problem).data;
    if (known !== undefined) await problems.dismiss(known);
  });
}
