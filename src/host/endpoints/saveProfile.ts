import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { Document, parseDocument } from 'yaml';
import type { Json } from '../../core/record/json.ts';
import { replaceFile } from '../../core/run/runFolder.ts';
import { SETTINGS, SETTINGS_SECTION } from '../ids.ts';

/** A profile as it is written down: only what differs from the defaults. */
export type WrittenProfile = Readonly<Record<string, Json>>;

/** Adds a profile to the user's settings. */
export async function saveToSettings(name: string, profile: WrittenProfile): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const present = z
    .record(z.string(), z.unknown())
    .safeParse(configuration.inspect<unknown>(SETTINGS.endpoints)?.globalValue);
  const endpoints = { ...(present.success ? present.data : {}), [name]: profile };
  await configuration.update(SETTINGS.endpoints, endpoints, vscode.ConfigurationTarget.Global);
}

/** Adds a profile to an `endpoints.yaml`; what stands there stays as it is, comments included. */
export async function saveToFile(path: string, name: string, profile: WrittenProfile): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '# Model services of this workspace. Keys never stand here.\n');
  const read = parseDocument(text);
  const document = read.contents === null ? emptyDocument(read.commentBefore ?? read.comment) : read;
  document.setIn(['endpoints', name], document.createNode(profile));
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, document.toString());
}

/** A file of nothing but comments keeps them. */
function emptyDocument(comment: string | null): Document {
  const document = new Document({});
  document.commentBefore = comment;
  return document;
}
