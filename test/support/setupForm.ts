/** The form of a pipeline, as browser tests open it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import type { Session } from './session.ts';

/** Opens a pipeline as a form from its text. */
export async function setUp({ workbench }: Session, name: string): Promise<Frame> {
  await workbench.closeEditors();
  await workbench.openPipeline(name);
  await workbench.command('Openline: Set Up Pipeline');
  const form = await workbench.webview({ has: '#setup h1' });
  await form.getByRole('heading', { name, exact: true }).waitFor();
  await form.locator('.figures dd, .to-problem:visible').first().waitFor();
  return form;
}

/** Waits for what no locator can wait for. @param what completes the sentence “It did not come about that …” */
export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not come about that ${what}.`);
    await delay(50);
  }
}
