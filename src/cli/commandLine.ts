import { isAbsolute } from 'node:path';
import { nearestName } from '../core/files/nearestName.ts';
import { formatDiagnostic, InvalidInputError, type Diagnostic } from '../core/errors.ts';
import type { RunSummary } from '../core/run/events.ts';
import { ForeignOutputError, OutsideWorkspaceError } from '../core/run/output.ts';
import { ScriptsNotAllowedError } from '../core/run/scripts.ts';
import { COMMANDS, helpText } from './commandTable.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from './console.ts';
import { readOptions } from './options.ts';
import { shorten } from './summaryText.ts';
import { UsageError } from './usage.ts';

/** Carries out a command line and returns the exit status. Everything it has to say goes to `out` and `err`. */
export async function commandLine(argv: readonly string[], around: Surroundings): Promise<number> {
  const wantsJson = argv.includes('--json');
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    around.out.write(helpText(rest[0]));
    return name === undefined ? EXIT_STATUS.invalid : 0;
  }
  if (name === '--version') {
    around.out.write(`${around.version}\n`);
    return 0;
  }
  const result = await carryOut(name, rest, around);
  // Every command prints the keys of a run, so that a script can read them without knowing which one it called.
  const json = { ...emptySummary(stateOf(result.status), null), ...result.json };
  if (wantsJson) around.out.write(`${JSON.stringify(json)}\n`);
  return result.status;
}

async function carryOut(name: string, argv: readonly string[], around: Surroundings): Promise<Result> {
  try {
    const command = COMMANDS[name];
    if (command === undefined) {
      const near = nearestName(name, Object.keys(COMMANDS));
      throw new UsageError(
        `There is no command ${name}${near === undefined ? '.' : `; did you mean ${near}?`} There are ${Object.keys(COMMANDS).join(', ')}`,
      );
    }
    const given = readOptions(argv, command.options);
    if (given.flag('help')) {
      around.out.write(helpText(name));
      return { status: 0, json: {} };
    }
    return await command.run(given, around);
  } catch (error) {
    const { status, state, message } = explain(error, around.cwd);
    around.err.write(`${message}\n`);
    return { status, json: { ...emptySummary(state, message) } };
  }
}

/** The state that an exit status stands for. */
function stateOf(status: number): RunSummary['state'] {
  const states: readonly RunSummary['state'][] = ['done', 'failed', 'invalid', 'paused', 'interrupted'];
  return states.find((state) => EXIT_STATUS[state] === status) ?? 'failed';
}

/**
 * What a person reads of an error that kept a command from starting, with what to do next.
 *
 * @param cwd folder that paths are told relative to
 */
export function explain(
  error: unknown,
  cwd?: string,
): { status: number; state: 'invalid' | 'failed'; message: string } {
  if (error instanceof ForeignOutputError) {
    return invalid(`${error.message}. Move it away, give another --output, or overwrite it with --force`);
  }
  if (error instanceof OutsideWorkspaceError && error.isForeignRun) {
    const why = 'The run was not started here: it may have come with the folder';
    return invalid(`${error.message}. ${why}. If you trust it, resume it with --force`);
  }
  if (error instanceof OutsideWorkspaceError) {
    return invalid(`${error.message}. If you mean it, give the path with --output`);
  }
  if (error instanceof ScriptsNotAllowedError) {
    const file = cwd === undefined ? error.file : shorten(error.file, cwd);
    return invalid(
      `${error.message}. If you trust it: --allow-scripts, or once and for all: openline scripts approve ${file}`,
    );
  }
  if (error instanceof InvalidInputError && cwd !== undefined) {
    return invalid(error.diagnostics.map((diagnostic) => formatDiagnostic(relativeTo(cwd, diagnostic))).join('\n'));
  }
  if (error instanceof InvalidInputError || error instanceof UsageError) return invalid(error.message);
  return {
    status: EXIT_STATUS.failed,
    state: 'failed',
    message: error instanceof Error ? error.message : String(error),
  };
}

function invalid(message: string): { status: number; state: 'invalid'; message: string } {
  return { status: EXIT_STATUS.invalid, state: 'invalid', message };
}

function relativeTo(cwd: string, diagnostic: Diagnostic): Diagnostic {
  const { position } = diagnostic;
  if (position === undefined || !isAbsolute(position.file)) return diagnostic;
  return { ...diagnostic, position: { ...position, file: shorten(position.file, cwd) } };
}
