import type { TestContext } from 'node:test';

/**
 * Runs a browser test. Unattended (CI=true) one that fails is run once more: window, server and browser are large programs
 * of others on a machine that is shared. What failed first is told either way; at a desk the first failure counts.
 */
export async function withSecondTry(context: TestContext, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (process.env['CI'] !== 'true') throw error;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.diagnostic(`Failed, and is tried once more: ${told}`);
    await run();
    context.diagnostic('Passed at the second try.');
  }
}
