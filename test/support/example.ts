/** The example workspace: what `npm start` and `npm run open` work in, and copies for tests. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './machine.ts';

/** A copy outside the sources, so that what a person tries out there is no change of the repository. */
export const exampleFolder = join(root, 'out', 'example');

/** Adds what is missing and leaves what is there: a second start finds the results of the first. */
export async function prepareExample(): Promise<void> {
  await mkdir(exampleFolder, { recursive: true });
  await cp(join(root, 'test', 'fixtures', 'example'), exampleFolder, { recursive: true, force: false });
  // The nearest folder that has .openline or .git is the workspace: without its own it would be the repository.
  await mkdir(join(exampleFolder, '.openline'), { recursive: true });
}

/** A fresh copy, for a test to write into. */
export async function copyExample(folder: string): Promise<void> {
  await cp(join(root, 'test', 'fixtures', 'example'), folder, { recursive: true });
}
