/**
 * The errors of the engine: one base class, a class for each thing a caller can act on, data in fields.
 * Callers branch on the class, never on the text; the command and the extension add what to do next.
 */
export abstract class OpenlineError extends Error {
  /** Whether the same operation may succeed when it is tried again unchanged. */
  get retryable(): boolean {
    return false;
  }

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A place in a file. Lines and columns count from 1; columns count UTF-16 code units. */
export interface FilePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** End of the range, exclusive, for editors. */
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** One thing that is wrong in a user's file or call, with where and what would be right. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable, kebab-case: `unknown-key`, `unknown-recipe`, `missing-file` … */
  readonly code: string;
  /** What is wrong, and the valid or nearest names where there are any. One sentence, no position in it. */
  readonly message: string;
  readonly position?: FilePosition;
}

/** The pipeline, a template, a profile or the call itself is wrong. Nothing was sent, nothing was written. */
export class InvalidInputError extends OpenlineError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }

  /** One problem, without a position of its own (a wrong option, a missing run …). */
  static of(code: string, message: string, position?: FilePosition): InvalidInputError {
    return new InvalidInputError([
      { severity: 'error', code, message, ...(position === undefined ? {} : { position }) },
    ]);
  }
}

/** `file:line:column: message`, the form that terminals and problem matchers know. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { position, message } = diagnostic;
  if (position === undefined) return message;
  const line = position.line === undefined ? '' : `:${position.line}`;
  const column = position.line === undefined || position.column === undefined ? '' : `:${position.column}`;
  return `${position.file}${line}${column}: ${message}`;
}

/** Why a request to a model service failed. */
export type EndpointFailure =
  | 'unreachable' // name not resolved, refused, reset, TLS
  | 'timeout'
  | 'key-missing' // the service wants a key and none was given
  | 'key-refused' // 401
  | 'payment' // 402, or a quota that is used up
  | 'forbidden' // 403
  | 'unknown-model'
  | 'not-found' // 404 that is not about the model
  | 'rate-limited' // 429, 503
  | 'server' // other 5xx, 408, 409
  | 'rejected' // 400, 413, 422: this request will never succeed
  | 'unreadable'; // an answer that is not what the protocol says (HTML, half a body, no choices)

/** A request to a model service failed. */
export class EndpointError extends OpenlineError {
  readonly endpoint: string;
  readonly failure: EndpointFailure;
  readonly status: number | undefined;
  /** Seconds the service asked to wait, from `Retry-After` and its relatives. */
  readonly retryAfterSeconds: number | undefined;
  /** True when no request to this endpoint can succeed until somebody changes something: the run stops asking it. */
  readonly stopsEndpoint: boolean;

  constructor(
    endpoint: string,
    failure: EndpointFailure,
    message: string,
    details: {
      status?: number | undefined;
      retryAfterSeconds?: number | undefined;
      /** Overrides what the failure alone says: a service that stays away stops the endpoint as well. */
      stopsEndpoint?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.endpoint = endpoint;
    this.failure = failure;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.stopsEndpoint = details.stopsEndpoint ?? STOPPING.has(failure);
  }

  override get retryable(): boolean {
    return !this.stopsEndpoint && RETRYABLE.has(this.failure);
  }
}

/** What a budget limits. */
export const BUDGET_LIMITS = ['requests', 'tokens', 'cost', 'minutes'] as const;
export type BudgetLimit = (typeof BUDGET_LIMITS)[number];

/** The next request would exceed the run's budget; it was not sent. The run pauses and can be resumed with a larger one. */
export class BudgetReachedError extends OpenlineError {
  readonly limit: BudgetLimit;
  /** The budget, in the limit's own unit (cost: the currency of the prices). */
  readonly amount: number;

  constructor(limit: BudgetLimit, amount: number) {
    super(
      limit === 'cost' ? `The budget (cost ${amount}) is used up.` : `The budget of ${amount} ${limit} is used up.`,
    );
    this.limit = limit;
    this.amount = amount;
  }
}

const RETRYABLE: ReadonlySet<EndpointFailure> = new Set([
  'unreachable',
  'timeout',
  'rate-limited',
  'server',
  'unreadable',
]);
const STOPPING: ReadonlySet<EndpointFailure> = new Set(['key-missing', 'key-refused', 'payment', 'unknown-model']);
