import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { FilePosition } from '../errors.ts';
import type { DataPath } from '../files/checkValue.ts';
import type { StepBase } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { ScriptInput } from './scriptSchema.ts';

/** Sends each record to a program of the user's own and goes on with what it sends back. */
export interface ScriptStep extends StepBase {
  readonly kind: 'script';
  /** Program and arguments; no shell is involved. Paths are relative to the pipeline's folder, in which it runs. */
  readonly command: readonly string[];
  /** For one record. */
  readonly timeoutSeconds: number;
  /** Environment variables that it is given besides the usual ones. */
  readonly env: readonly string[];
  /** The arguments that are files, as they were when the pipeline was planned: an edited script is another step. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

const TIMEOUT_SECONDS = 300;
/** A larger argument is data, which the script reads by itself. */
const LARGEST_SCRIPT = 1 << 20;

/** Settles a `script` step. */
export async function planScript(
  input: ScriptInput,
  locate: (path: DataPath, part: 'key' | 'value') => FilePosition,
  { folder, context, problems }: Planning,
): Promise<Omit<ScriptStep, 'kind' | 'id' | 'from' | 'prefixesKeys'>> {
  const {
    command,
    timeout_s: timeoutSeconds = TIMEOUT_SECONDS,
    env = [],
  } = Array.isArray(input) ? { command: input } : input;
  const files: { path: string; sha256: string }[] = [];
  for (const [index, argument] of command.entries()) {
    const path = resolve(folder, argument);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile() === true && info.size <= LARGEST_SCRIPT) {
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      files.push({ path: shownPath(context.root, path), sha256 });
    } else if (info === undefined && index > 0 && /\.(?:py|[cm]?[jt]s|sh|rb|pl|r|jl|lua|php)$/iu.test(argument)) {
      const at = Array.isArray(input) ? locate([index], 'value') : locate(['command', index], 'value');
      problems.error('missing-file', `there is no script ${argument}`, at);
    }
  }
  return { command, timeoutSeconds, env, files };
}

/** Relative to the workspace where it lies within. */
function shownPath(root: string, path: string): string {
  const way = relative(root, path);
  return (way.startsWith('..') || isAbsolute(way) ? path : way).split(sep).join('/');
}
