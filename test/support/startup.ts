import type { Workbench } from './workbench.ts';

/** How long an extension took, by VS Code's own report. */
export interface Startup {
  /** Milliseconds to load its code. */
  readonly loadMs: number;
  /** Milliseconds of its `activate`. */
  readonly activateMs: number;
}

/**
 * Reads an extension's row out of `Developer: Startup Performance`.
 *
 * @param id `publisher.name`
 */
export async function readStartup(workbench: Workbench, id = 'openline.openline'): Promise<Startup> {
  await workbench.command('Developer: Startup Performance');
  const lines = workbench.page.locator('.editor-instance .view-lines').last();
  await lines.waitFor();
  await workbench.page.keyboard.press('Control+f');
  await workbench.page.keyboard.insertText(id);
  const line = workbench.page.locator('.view-line', { hasText: id }).first();
  await line.waitFor();
  const text = ((await line.textContent()) ?? '').replaceAll('\u00a0', ' ');
  // | extension | eager | load code | call activate | finish activate | event | by |
  const [, , , load, activate] = text.split('|').map((cell) => cell.trim());
  const startup = { loadMs: Number(load), activateMs: Number(activate) };
  if (Number.isNaN(startup.loadMs + startup.activateMs)) throw new Error(`This is not a row of the report: ${text}`);
  return startup;
}
