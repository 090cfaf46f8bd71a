/** `npm start`: builds, runs the example's pipelines with the built-in model, and says what to do next. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runNode, runProgram } from './command.ts';
import { root } from './machine.ts';

/** A copy outside the sources, so that what a person tries out there does not show up as a change of the repository. */
export const exampleFolder = join(root, 'out', 'example');

/** Adds what is missing and leaves what is there: a second start finds the outputs of the first. */
export async function prepareExample(): Promise<void> {
  await mkdir(exampleFolder, { recursive: true });
  await cp(join(root, 'test', 'fixtures', 'example'), exampleFolder, { recursive: true, force: false });
  // The folder that holds .openline or .git is the workspace; without one of its own it would be the repository.
  await mkdir(join(exampleFolder, '.openline'), { recursive: true });
}
