/** The process that does the work, seen from the editor: started, spoken to over IPC, told when it ends. No `vscode` here. */
import { fork, type ChildProcess } from 'node:child_process';
import type { FromChild, ToChild } from '../../core/run/childProtocol.ts';

/** Longest part of the child's standard error that is kept to explain a crash, in characters. */
const KEPT_ERROR_TEXT = 4000;
/** How long the rest of standard error is waited for after the end, in milliseconds. */
const ERRORS_PATIENCE_MS = 1000;

export interface ChildOptions {
  /** The command's bundle, absolute. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onMessage: (message: FromChild) => void;
  /** A line the child wrote to its standard error. */
  readonly onErrorLine: (line: string) => void;
}

/** How a child ended. `errorText` is the end of what it wrote to standard error. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errorText: string;
}

/** Every type there is: the compiler asks for those that are new. */
const KNOWN_TYPES: Readonly<Record<FromChild['type'], true>> = {
  ready: true,
  started: true,
  progress: true,
  invalid: true,
  confirm: true,
  'inputs-changed': true,
  log: true,
  finished: true,
  'ray-ended': true,
  tested: true,
  models: true,
  found: true,
  estimated: true,
  rehearsed: true,
  toolQuestion: true,
  toolAnswer: true,
  toolRefused: true,
  explained: true,
  'lm.request': true,
  'lm.list': true,
  'lm.cancel': true,
  'symbols.request': true,
  counted: true,
  chunk: true,
  answered: true,
  describing: true,
  described: true,
  looking: true,
  looked: true,
};

/**
 * A forked `openline --child`. It is sent its order as soon as it says that it is ready. When the editor goes away
 * the channel closes, upon which the child ends by itself: nothing here needs to outlive the window.
 */
export class ChildLink {
  /** Resolves when the process is gone, however that came about; never rejects. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess;
  #errorText = '';

  constructor(order: ToChild, options: ChildOptions) {
    this.#process = fork(options.script, ['--child'], {
      env: { ...options.environment },
      // The debugger's own flags of the extension host are not the child's.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    this.#process.on('message', (value) => {
      if (!isFromChild(value)) return;
      if (value.type === 'ready') this.send(order);
      options.onMessage(value);
    });
    this.#readErrors(options.onErrorLine);
    this.ended = this.#end();
  }

  send(message: ToChild): void {
    if (!this.#process.connected) return;
    this.#process.send(message, () => {
      // The child went away first; `ended` tells.
    });
  }

  /** Closes the channel: the child writes down what is in flight and ends. */
  release(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  /** Ends the process now. The journal is safe: everything in it was written before it was used. */
  kill(): void {
    this.#process.kill();
  }

  async #end(): Promise<ChildEnd> {
    const child = this.#process;
    const exit = new Promise<Omit<ChildEnd, 'errorText'>>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
      // It could not be started at all.
      child.once('error', (error) => {
        this.#errorText += error.message;
        resolve({ code: null, signal: null });
      });
    });
    // Not `close`: it does not come when the channel was closed from this side.
    const errorsRead = new Promise((resolve) => child.stderr?.once('close', resolve));
    const how = await exit;
    await Promise.race([errorsRead, new Promise((resolve) => setTimeout(resolve, ERRORS_PATIENCE_MS))]);
    return { ...how, errorText: this.#errorText.trim() };
  }

  #readErrors(onLine: (line: string) => void): void {
    let rest = '';
    this.#process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#errorText = (this.#errorText + chunk).slice(-KEPT_ERROR_TEXT);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine(line);
    });
  }
}

/**
 * Whether it is one of the child's messages. The child is our own program from our own folder, so its type is taken as
 * what the contract says; the check keeps out what libraries inside it may send.
 */
function isFromChild(value: unknown): value is FromChild {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    Object.hasOwn(KNOWN_TYPES, value.type)
  );
}
