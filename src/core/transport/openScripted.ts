import type { ChatOptions } from '../endpoints/endpoint.ts';
import { connect } from './connect.ts';
import type { AttemptFailure, Connection, ConnectOptions } from './connect.ts';
import { createFakeClock } from './fakeClock.ts';
import type { FakeClock } from './fakeClock.ts';
import { ask, createScriptedEndpoint } from './scriptedEndpoint.ts';
import type { AskedRequest, ScriptedEndpoint } from './scriptedEndpoint.ts';

/** What became of a request; both stay undefined while it is under way. */
export interface SendOutcome {
  text?: string;
  error?: unknown;
}

/** A connection for tests with all that surrounds it. */
export interface ScriptedConnection {
  readonly clock: FakeClock;
  readonly endpoint: ScriptedEndpoint;
  readonly failures: readonly AttemptFailure[];
  readonly connection: Connection;
  /** Sends, and keeps what becomes of it, so that no rejection goes unseen while time passes. */
  readonly send: (text?: string, options?: ChatOptions) => SendOutcome;
}

/** A connection to an endpoint for tests, with time standing still and every jitter at its longest. */
export function openScripted(
  options: Partial<ConnectOptions> = {},
  script?: (asked: AskedRequest, index: number) => void,
): ScriptedConnection {
  const clock = createFakeClock();
  const endpoint = createScriptedEndpoint(script);
  const failures: AttemptFailure[] = [];
  const connection = connect(
    endpoint,
    { maxConcurrency: 4, retries: 8, onAttemptFailed: (failure) => failures.push(failure), ...options },
    { clock, random: () => 1 },
  );
  return {
    clock,
    endpoint,
    failures,
    connection,
    send(text = 'hi', chatOptions = {}) {
      const outcome: SendOutcome = {};
      connection.chat(ask(text), chatOptions).then(
        (answer) => {
          outcome.text = answer.choices[0]?.text ?? '';
        },
        (error: unknown) => {
          outcome.error = error;
        },
      );
      return outcome;
    },
  };
}
