/**
 * A program of the user's own that answers line by line: the nth line it writes to standard output answers the nth line
 * on its standard input. It is started with the first record and lives as long as the run; one that ends too early is
 * started again, and a record on which it ends twice fails the run.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { OpenlineError } from '../errors.ts';

export interface ScriptProcessOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How long one record may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Told of each line on standard error. */
  readonly onLog: (line: string) => void;
  /** Told when it is started again, and when it ends with a failure after everything was answered. */
  readonly onWarning: (message: string) => void;
}

/** The program did not do its part. `key` is the record it was at. */
export class ScriptFailedError extends OpenlineError {
  readonly key: string;

  constructor(key: string, message: string) {
    super(message);
    this.key = key;
  }
}

interface Pending {
  readonly key: string;
  readonly line: string;
  readonly resolve: (reply: string) => void;
  readonly reject: (error: Error) => void;
  /** How often the program ended while it was at this record. */
  ends: number;
}

/** Lines that are sent before their answers have come, so that the program need not wait for the next. */
const WINDOW = 64;
/** Starts of the program in one run, at the most, after it had ended too early. */
const MOST_RESTARTS = 10;
/** A record on which it ends so often fails the run. */
const ENDS_OF_A_RECORD = 2;
/** Lines of standard error that a failure quotes. */
const QUOTED_LINES = 5;
/** How long the program has for its own end, in milliseconds. */
const END_MS = 5000;

export class ScriptProcess {
  readonly #options: ScriptProcessOptions;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Pending[] = [];
  /** Written to the program, in order; the first is the one it is at. */
  #sent: Pending[] = [];
  /** One at a time after it has ended too early, so that it is certain at which record it ends. */
  #window = WINDOW;
  #restarts = 0;
  #blocked = false;
  #timer: NodeJS.Timeout | undefined;
  #lastLines: string[] = [];
  #failure: Error | undefined;
  /** A line that answers nothing. */
  #surplus: string | undefined;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: ScriptProcessOptions) {
    this.#options = options;
  }

  /**
   * Sends a line and waits for the one that answers it.
   *
   * @param key the record, for messages
   * @throws ScriptFailedError
   */
  ask(key: string, line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ key, line, resolve, reject, ends: 0 });
      this.#send();
    });
  }

  /**
   * Lets the program end by itself, and ends it when it does not. Whatever is unanswered is rejected.
   *
   * @throws ScriptFailedError where it wrote more lines than it was sent
   */
  async close(): Promise<void> {
    const isIdle = this.#sent.length === 0;
    this.#giveUp(new ScriptFailedError(this.#sent[0]?.key ?? '', 'the run has ended'));
    const child = this.#child;
    if (child === undefined) return;
    this.#closed = Promise.withResolvers();
    child.stdin.end();
    if (!isIdle) kill(child, 'SIGTERM');
    const patience = setTimeout(() => {
      kill(child, 'SIGKILL');
    }, END_MS);
    await this.#closed.promise;
    clearTimeout(patience);
    // Without an id in each answer nobody can tell which of them was too much: all may have slipped.
    if (isIdle && this.#surplus !== undefined) throw new ScriptFailedError('', surplusMessage(this.#surplus));
  }

  #send(): void {
    if (this.#failure !== undefined) return;
    this.#child ??= this.#start();
    while (!this.#blocked && this.#sent.length < this.#window) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#sent.push(next);
      if (this.#sent.length === 1) this.#watch();
      this.#blocked = !this.#child.stdin.write(`${next.line}\n`);
    }
  }

  #start(): ChildProcessWithoutNullStreams {
    const { command, cwd, environment, onLog } = this.#options;
    const [program = '', ...rest] = command;
    // In a group of its own, so that Ctrl+C in a terminal stops the run first, and what it starts ends with it.
    const detached = process.platform !== 'win32';
    const child = spawn(program, rest, { cwd, env: environment, stdio: 'pipe', windowsHide: true, detached });
    this.#blocked = false;
    this.#lastLines = [];
    child.stdin.on('drain', () => {
      this.#blocked = false;
      this.#send();
    });
    // A program that has ended takes no more; that it has ended is told below.
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      if (child === this.#child) this.#receive(line);
    });
    createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      this.#lastLines = [...this.#lastLines, line].slice(-QUOTED_LINES);
      onLog(line);
    });
    child.on('error', (error) => {
      const reason = 'code' in error && error.code === 'ENOENT' ? `there is no program ${program}` : error.message;
      if (child.pid === undefined) this.#fail(`the script cannot be started: ${reason}`);
    });
    child.on('close', (code, signal) => {
      if (child === this.#child) this.#ended(signal === null ? `with exit code ${code ?? '?'}` : `by ${signal}`, code);
    });
    return child;
  }

  #receive(line: string): void {
    if (line.trim() === '') return;
    const answered = this.#sent.shift();
    if (answered === undefined) {
      this.#surplus ??= line;
      if (this.#failure === undefined) this.#fail(surplusMessage(line));
      return;
    }
    this.#window = WINDOW;
    this.#watch();
    answered.resolve(line);
    this.#send();
  }

  /** Watches how long the program takes for the record it is at. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#sent.length === 0) return;
    const { timeoutMs } = this.#options;
    this.#timer = setTimeout(() => {
      this.#fail(
        `the script did not answer within ${timeoutMs / 1000} s (timeout_s). It must write one line for each line it reads, and write it at once: does it flush its standard output?`,
      );
      if (this.#child !== undefined) kill(this.#child, 'SIGKILL');
    }, timeoutMs);
  }

  #ended(how: string, code: number | null): void {
    clearTimeout(this.#timer);
    this.#child = undefined;
    if (this.#closed !== undefined) {
      if (code !== 0 && code !== null) this.#options.onWarning(`the script ended ${how}${this.#lastWords()}`);
      this.#closed.resolve();
      return;
    }
    if (this.#failure !== undefined) return;
    const [at] = this.#sent;
    if (at === undefined) {
      // It had nothing to do; it is started again when it has.
      if (this.#waiting.length > 0) this.#send();
      return;
    }
    at.ends += 1;
    this.#restarts += 1;
    if (at.ends >= ENDS_OF_A_RECORD || this.#restarts > MOST_RESTARTS) {
      const again = at.ends > 1 ? ', and did so again when it was started anew' : '';
      this.#fail(`the script ended ${how} before it had answered${again}${this.#lastWords()}`);
      return;
    }
    this.#options.onWarning(`the script ended ${how} at record ${at.key}; it is started again${this.#lastWords()}`);
    this.#waiting = [...this.#sent, ...this.#waiting];
    this.#sent = [];
    this.#window = 1;
    this.#send();
  }

  #lastWords(): string {
    return this.#lastLines.length === 0 ? '' : `. It said:\n${this.#lastLines.join('\n')}`;
  }

  #fail(message: string): void {
    this.#giveUp(new ScriptFailedError(this.#sent[0]?.key ?? this.#waiting[0]?.key ?? '', message));
  }

  #giveUp(failure: Error): void {
    clearTimeout(this.#timer);
    this.#failure ??= failure;
    const unanswered = [...this.#sent, ...this.#waiting];
    this.#sent = [];
    this.#waiting = [];
    for (const pending of unanswered) pending.reject(this.#failure);
  }
}

function surplusMessage(line: string): string {
  return `the script wrote more lines than it was sent records; one line answers one line. Too much is ${quoted(line)}`;
}

/** Ends a program and what it has started. */
function kill(child: ChildProcessWithoutNullStreams, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}…` : line);
}
