import type { TestContext } from 'node:test';
import { inspect } from 'node:util';

/** Each wait of a test has a limit of its own; this ends one that does something for ever. */
export const forTwoTries = { timeout: 720_000 };

export function isUnattended(): boolean {
  return process.env['CI'] === 'true';
}

/**
 * Runs a browser test. Unattended (CI=true) one that fails is run once more: window, server and browser are large programs
 * of others on a machine that is shared. What failed first is told either way; at a desk the first failure counts.
 */
export async function withSecondTry(context: TestContext, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isUnattended()) throw error;
    context.diagnostic(`Failed, and is tried once more: ${inspect(error)}`);
    await run().catch((second: unknown) => {
      throw new AggregateError([error, second], 'It failed twice.');
    });
    context.diagnostic('Passed at the second try.');
  }
}
