/** What the host's tests share: the workspace they may write into, and waiting for conditions. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';
import { parseJson } from '../../src/core/record/json.ts';

/** The open folder: a copy of the example. */
export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder !== undefined, 'no folder is open');
  return folder;
}

/** Writes a file of the workspace; its folders are made. */
export async function write(name: string, text: string): Promise<vscode.Uri> {
  const path = join(workspaceFolder(), name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return vscode.Uri.file(path);
}

export async function read(name: string): Promise<string> {
  return readFile(join(workspaceFolder(), name), 'utf8');
}

/** Lines of a file of the workspace. */
export async function linesOf(name: string): Promise<readonly string[]> {
  return (await read(name)).trimEnd().split('\n');
}

/** Asks again until there is something; rejects with `what` when there never is. */
export async function eventually<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) assert.fail(`never came about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const runFileSchema = z.object({
  state: z.string(),
  pipeline: z.object({ name: z.string() }),
  totals: z.object({
    requests: z.number(),
    reused: z.number(),
    tokens: z.object({ prompt: z.number(), completion: z.number() }),
  }),
});

export interface FoundRun extends z.infer<typeof runFileSchema> {
  readonly folder: string;
}

/** The newest run of a pipeline, from its folder. */
export async function newestRun(pipeline: string): Promise<FoundRun | undefined> {
  const runs = join(workspaceFolder(), '.openline', 'runs');
  for (const name of (await readdir(runs).catch(() => [])).sort().reverse()) {
    const folder = join(runs, name);
    const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => '');
    const run = runFileSchema.safeParse(parseJson(text));
    if (run.success && run.data.pipeline.name === pipeline) return { ...run.data, folder };
  }
  return undefined;
}
