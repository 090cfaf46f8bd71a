/** What the user has agreed to of the programs that pipelines run; kept in their own configuration, never in a workspace. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../core/errors.ts';
import type { Plan } from '../core/pipeline/plan.ts';
import { parseJson } from '../core/record/json.ts';
import { scriptApproval } from '../core/run/scripts.ts';
import type { Surroundings } from './console.ts';
import type { Given } from './options.ts';
import { approvalsFile } from './workspace.ts';

const approvedSchema = z.object({ scripts: z.array(z.object({ pipeline: z.string(), approval: z.string() })) });

function scriptsFile(around: Surroundings): string {
  return join(dirname(approvalsFile(around)), 'scripts.json');
}

async function readApproved(file: string): Promise<z.infer<typeof approvedSchema>['scripts']> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  const read = approvedSchema.safeParse(parseJson(text));
  if (read.success) return read.data.scripts;
  throw InvalidInputError.of('approvals', 'This is not a list of approvals; remove the file and approve again', {
    file,
  });
}

/** Whether the programs of a plan may run: it has none, `--allow-scripts` is given, or the user has approved them. */
export async function scriptsAllowed(plan: Plan, given: Given, around: Surroundings): Promise<boolean> {
  const approval = scriptApproval(plan);
  if (approval === null || given.flag('allow-scripts')) return true;
  return (await readApproved(scriptsFile(around))).some((known) => known.approval === approval);
}

/** Lets the programs of a plan run from now on. @returns the file in which that is kept */
export async function approveScripts(plan: Plan, around: Surroundings): Promise<string> {
  const file = scriptsFile(around);
  const approval = scriptApproval(plan);
  if (approval === null) return file;
  const others = (await readApproved(file)).filter((known) => known.pipeline !== plan.file);
  const text = JSON.stringify({ scripts: [...others, { pipeline: plan.file, approval }] }, null, 2);
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${text}\n`, { mode: 0o600 });
  await rename(fresh, file);
  return file;
}
