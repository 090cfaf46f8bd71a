/**
 * Runs code that a model wrote, which only happens where the person has agreed to it: in a process of its own, in an empty
 * folder, without the variables of the environment, with a limit of time; on Linux in namespaces of its own, which have no
 * network and take everything down that it started.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckServices } from './check.ts';
import type { CodeLanguage } from './codeBlocks.ts';

/** Languages whose code can be run. */
export const RUNNABLE = ['javascript', 'typescript', 'python'] as const satisfies readonly CodeLanguage[];
export type RunnableLanguage = (typeof RUNNABLE)[number];

export function isRunnable(language: CodeLanguage): language is RunnableLanguage {
  return RUNNABLE.some((runnable) => runnable === language);
}

type Environment = CheckServices['environment'];

/** What came of a program: null when it ended well, else how it ended. */
export type CodeRun = (language: RunnableLanguage, code: string) => Promise<string | null>;

export interface CodeRunner {
  readonly run: CodeRun;
  /** What keeps the code from doing harm on this machine, and what does not, as a sentence. */
  readonly isolation: string;
  readonly hasNetwork: boolean;
}

/** Of what a program writes to standard error, so many characters are kept for its last line. */
const KEPT = 4000;
/** Namespaces of its own for users, network and processes; what is left in them ends with the program. */
const UNSHARE = ['unshare', '-r', '-n', '-p', '-f', '--kill-child', '--'] as const;
const HEAP_MB = 512;
const TRANSFORM = '--experimental-transform-types';
/** After a program has ended, so long is waited for what it said last: something that it left behind may hold the pipe. */
const LAST_WORDS_MS = 1000;

/**
 * Finds out how code can be kept apart here.
 *
 * @param timeoutMs how long a program may take
 * @param environment its `PATH` tells where programs are
 */
export async function createCodeRunner(timeoutMs: number, environment: Environment): Promise<CodeRunner> {
  const usual = usualEnvironment(environment);
  const canUnshare = process.platform === 'linux' && (await endsWell([...UNSHARE, 'true'], usual));
  const prefix = canUnshare ? UNSHARE : [];
  return {
    hasNetwork: !canUnshare,
    isolation: canUnshare
      ? 'code is run in an empty folder, without network and with the rights of this user to read and write files'
      : 'code is run in an empty folder with the rights of this user; on this machine it cannot be kept from the network',
    run: (language, code) => runOnce({ language, code, prefix, environment: usual, timeoutMs }),
  };
}

interface Program {
  readonly language: RunnableLanguage;
  readonly code: string;
  /** What it is started by. */
  readonly prefix: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

async function runOnce({ language, code, prefix, environment, timeoutMs }: Program): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'openline-code-'));
  try {
    const { file, command } = programOf(language);
    await writeFile(join(folder, file), code);
    const own = { ...environment, HOME: folder, TMPDIR: folder };
    return await execute([...prefix, ...command, file], folder, own, timeoutMs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function programOf(language: RunnableLanguage): { readonly file: string; readonly command: readonly string[] } {
  if (language === 'python') {
    return { file: 'main.py', command: [process.platform === 'win32' ? 'python' : 'python3', '-I'] };
  }
  // Node tells modules from scripts by what stands in them.
  const command = [process.execPath, '--no-warnings', `--max-old-space-size=${HEAP_MB}`];
  if (language === 'javascript') return { file: 'main.js', command };
  // Without it Node only takes types out, and stops at enums and whatever else becomes code.
  const transforms = process.allowedNodeEnvironmentFlags.has(TRANSFORM) ? [TRANSFORM] : [];
  return { file: 'main.ts', command: [...command, ...transforms] };
}

function execute(
  command: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<string | null> {
  const [program = '', ...rest] = command;
  const detached = process.platform !== 'win32';
  const child = spawn(program, rest, {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    detached,
  });
  let errors = '';
  let isLate = false;
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors = (errors + part).slice(-KEPT);
  });
  const stop = (): void => {
    try {
      if (detached && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve('code' in error && error.code === 'ENOENT' ? `there is no program ${program}` : error.message);
    });
    const conclude = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (isLate) resolve(`it did not end within ${timeoutMs / 1000} s`);
      else if (code === 0) resolve(null);
      else resolve(`it ended ${code === null ? `by ${String(signal)}` : `with exit code ${code}`}${lastLine(errors)}`);
    };
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      // What it left behind in its group ends as well, so that the pipe closes.
      stop();
      const patience = setTimeout(conclude, LAST_WORDS_MS, code, signal);
      child.on('close', () => {
        clearTimeout(patience);
        conclude(code, signal);
      });
    });
  });
}

/** What programs need to start at all; nothing that could be a secret. */
function usualEnvironment({ PATH = '', SYSTEMROOT }: Environment): Record<string, string> {
  return {
    PATH,
    LANG: 'C.UTF-8',
    ELECTRON_RUN_AS_NODE: '1',
    ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }),
  };
}

function lastLine(errors: string): string {
  const lines = errors
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:at |Node\.js v)/u.test(line));
  // An error without a stack stands in brackets: `[TypeError: fetch failed] {`.
  const found = lines.findLast((line) => /^\[?\w*(?:Error|Exception)\b/u.test(line));
  const told = found?.replace(/^\[(?<said>.*?)\](?: \{)?$/u, '$<said>') ?? lines.at(-1);
  return told === undefined ? '' : `: ${told.slice(0, 200)}`;
}

function endsWell([program = '', ...rest]: readonly string[], env: Readonly<Record<string, string>>): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { env, stdio: 'ignore' });
    child.on('error', () => {
      resolve(false);
    });
    child.on('exit', (code) => {
      resolve(code === 0);
    });
  });
}
