/** Writes profiles down where they stand: in the settings, or in an `endpoints.yaml`, whose comments and order stay. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Json } from '../../core/record/json.ts';
import { replaceFile } from '../../core/run/runFolder.ts';
import { SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import { EndpointsText } from './endpointsText.ts';
import type { ProfileHome } from './profileStore.ts';

/** A profile as it is written down: only what differs from the defaults. */
export type WrittenProfile = Readonly<Record<string, Json>>;

/** A place that profiles can be written to. */
export type WritableHome = Exclude<ProfileHome, { kind: 'builtin' }>;

/** The user's own settings. */
export const USER_SETTINGS: WritableHome = { kind: 'settings', scope: 'user' };

/** One change after the other: each reads what the one before has written, also when a key is held down. */
const inTurn = pLimit(1);

/** Adds a profile, or takes the place of one. */
export async function saveProfile(home: WritableHome, name: string, profile: WrittenProfile): Promise<void> {
  await inTurn(async () => {
    if (home.kind === 'file') await changeFile(home.path, (text) => text.set(name, profile));
    else
      await changeSetting(home.scope, (entries) => [...entries.filter(([known]) => known !== name), [name, profile]]);
  });
}

/** Sets one field of a profile, or takes it away (undefined). */
export async function saveField(
  home: WritableHome,
  name: string,
  field: string,
  value: Json | undefined,
): Promise<void> {
  await inTurn(() => writeField(home, name, field, value));
}

async function writeField(home: WritableHome, name: string, field: string, value: Json | undefined): Promise<void> {
  if (home.kind === 'file') {
    await changeFile(home.path, (text) => text.setField(name, field, value));
    return;
  }
  await changeSetting(home.scope, (entries) =>
    entries.map(([known, profile]) => {
      if (known !== name || typeof profile !== 'object' || profile === null) return [known, profile];
      const rest = Object.entries(profile).filter(([key]) => key !== field);
      return [known, Object.fromEntries(value === undefined ? rest : [...rest, [field, value]])];
    }),
  );
}

/** Puts a copy of a profile behind it, as it is written there. */
export async function duplicateProfile(home: WritableHome, name: string, copy: string): Promise<void> {
  await inTurn(async () => {
    if (home.kind === 'file') await changeFile(home.path, (text) => text.duplicate(name, copy));
    else
      await changeSetting(home.scope, (entries) =>
        entries.flatMap((entry) => (entry[0] === name ? [entry, [copy, entry[1]]] : [entry])),
      );
  });
}

/** Takes a profile away. */
export async function removeProfile(home: WritableHome, name: string): Promise<void> {
  await inTurn(async () => {
    if (home.kind === 'file') await changeFile(home.path, (text) => text.remove(name));
    else await changeSetting(home.scope, (entries) => entries.filter(([known]) => known !== name));
  });
}

/**
 * Moves a profile among those of its home.
 *
 * @param place tells from the names in the order in which they are written where it shall stand, counted from 0 without
 *   the profile itself; undefined: it stays
 * @returns whether there was a place for it
 */
export async function moveProfile(
  home: WritableHome,
  name: string,
  place: (names: readonly string[]) => number | undefined,
): Promise<boolean> {
  return inTurn(async () => {
    const index = place(await profileNames(home));
    if (index === undefined) return false;
    if (home.kind === 'file') await changeFile(home.path, (text) => text.move(name, index));
    else await moveSetting(home, name, index);
    return true;
  });
}

async function moveSetting(
  home: Extract<WritableHome, { kind: 'settings' }>,
  name: string,
  index: number,
): Promise<void> {
  const neutral = neutralField(entriesOf(home.scope), name);
  await changeSetting(home.scope, (entries) => {
    const moved = entries.find(([known]) => known === name);
    return moved === undefined
      ? entries
      : entries.filter((entry) => entry !== moved).toSpliced(index, 0, [name, { ...asRecord(moved[1]), ...neutral }]);
  });
  const [field] = Object.keys(neutral);
  if (field !== undefined) await writeField(home, name, field, undefined);
}

/**
 * A field that says what holds anyway. The editor takes a setting that differs in its order alone for unchanged: something
 * has to change along with the order, and is taken back afterwards.
 */
function neutralField(entries: readonly Entry[], name: string): Readonly<Record<string, Json>> {
  const profile = asRecord(entries.find(([known]) => known === name)?.[1]);
  const candidates: readonly (readonly [string, Json])[] = [
    ['rpm', 0],
    ['tpm', 0],
    ['headers', {}],
    ['query', {}],
  ];
  const free = candidates.find(([field]) => !Object.hasOwn(profile, field));
  return free === undefined ? {} : { [free[0]]: free[1] };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  const read = z.record(z.string(), z.unknown()).safeParse(value);
  return read.success ? read.data : {};
}

/** In the order in which they are written. */
async function profileNames(home: WritableHome): Promise<readonly string[]> {
  if (home.kind === 'settings') return entriesOf(home.scope).map(([name]) => name);
  return new EndpointsText(await readFile(home.path, 'utf8').catch(() => '')).names();
}

/** Makes a profile the one of pipelines that name none, in a file or (undefined) in the user's settings. */
export async function saveDefault(path: string | undefined, name: string | undefined): Promise<void> {
  await inTurn(async () => {
    if (path !== undefined) await changeFile(path, (text) => text.setDefault(name));
    else
      await vscode.workspace
        .getConfiguration(SETTINGS_SECTION)
        .update(SETTINGS.defaultEndpoint, name, vscode.ConfigurationTarget.Global);
  });
}

async function changeFile(path: string, change: (text: EndpointsText) => void): Promise<void> {
  const before = await readFile(path, 'utf8').catch(
    () => '# Model services of this workspace. Keys never stand here.\n',
  );
  const text = new EndpointsText(before);
  change(text);
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, text.toString());
}

type Entry = [name: string, profile: unknown];

function entriesOf(scope: 'user' | 'workspace'): readonly Entry[] {
  const found = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect<unknown>(SETTINGS.endpoints);
  const present = z
    .record(z.string(), z.unknown())
    .safeParse(scope === 'user' ? found?.globalValue : found?.workspaceValue);
  return present.success ? Object.entries(present.data) : [];
}

async function changeSetting(
  scope: 'user' | 'workspace',
  change: (entries: readonly Entry[]) => readonly Entry[],
): Promise<void> {
  const entries = change(entriesOf(scope));
  const target = scope === 'user' ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace
    .getConfiguration(SETTINGS_SECTION)
    .update(SETTINGS.endpoints, entries.length === 0 ? undefined : Object.fromEntries(entries), target);
}
