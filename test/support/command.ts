/** Programs that the set-up starts. */
import { spawn } from 'node:child_process';
import { root } from './machine.ts';

export interface CommandOptions {
  /** Default: the repository's root. */
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs a program on this terminal and waits for it. @returns its exit status; 1 when a signal ended it */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  { cwd = root, environment = process.env }: CommandOptions = {},
): Promise<number> {
  return new Promise((ended, failed) => {
    const child = spawn(program, parameters, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: environment });
    child.once('error', failed);
    child.once('exit', (status) => ended(status ?? 1));
  });
}

/** Runs one of our own scripts, or a tool of node_modules, under the Node.js that runs this. */
export async function runNode(script: string, ...parameters: string[]): Promise<number> {
  return runProgram(process.execPath, [script, ...parameters]);
}
