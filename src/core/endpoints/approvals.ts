import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { openlineFolderOf } from '../files/userFolder.ts';
import { parseJson } from '../record/json.ts';
import type { KeyApproval } from './keyRelease.ts';

const approvalsSchema = z.object({ approvals: z.array(z.object({ origin: z.string(), variable: z.string() })) });

/** Where the user's approvals are kept: one place for the command and the editor. @param home as in `openlineFolderOf` */
export function userApprovalsFile(env: Readonly<Record<string, string | undefined>>, home: string): string {
  return join(openlineFolderOf(env, home), 'approvals.json');
}

/**
 * What the user has approved, from a file in the configuration of their own (never the workspace's); nothing where there
 * is no file.
 *
 * @throws InvalidInputError when the file is there and is not one
 */
export async function readApprovals(file: string): Promise<readonly KeyApproval[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  const read = approvalsSchema.safeParse(parseJson(text));
  if (read.success) return read.data.approvals;
  throw InvalidInputError.of('approvals', 'This is not a list of approvals; remove the file and approve again', {
    file,
  });
}

/** Adds an approval. The file is replaced as a whole and is readable by its owner alone. */
export async function addApproval(file: string, approval: KeyApproval): Promise<void> {
  const { origin, variable } = approval;
  const others = (await readApprovals(file)).filter((known) => known.origin !== origin || known.variable !== variable);
  const text = JSON.stringify({ approvals: [...others, { origin, variable }] }, null, 2);
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${text}\n`, { mode: 0o600 });
  await rename(fresh, file);
}
