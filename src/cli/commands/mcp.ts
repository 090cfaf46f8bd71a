import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ToolContext } from '../../core/tools/tool.ts';
import { EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import { readOptions, type Given, type OptionName } from '../options.ts';
import { budgetOf } from '../plan.ts';
import { UsageError } from '../usage.ts';
import { openHttp, openLibrary, readDefaults, readProfiles, userTemplates } from '../workspace.ts';

export const MCP_OPTIONS: readonly OptionName[] = [
  'allow-run',
  'allow-write',
  'budget-requests',
  'budget-tokens',
  'budget-cost',
  'budget-minutes',
];

/** `openline mcp [FOLDER…]`: the tools for other programs' language models, on standard input and output. */
export async function mcpCommand(given: Given, around: Surroundings): Promise<Result> {
  const folders = await foldersOf(given, around);
  const [{ serveTools }, { CommandRuns }, { SessionBudget }] = await Promise.all([
    import('../mcp/serveTools.ts'),
    import('../mcp/commandRuns.ts'),
    import('../mcp/sessionBudget.ts'),
  ]);
  const allowed = { run: given.flag('allow-run'), write: given.flag('allow-write') };
  const budget = new SessionBudget(budgetOf(given) ?? {});
  if (allowed.run && !budget.isLimited) {
    throw new UsageError('--allow-run lets runs start without a question: say how much they may use, with --budget-…');
  }
  const http = openHttp(around.env);
  const runs = new CommandRuns(around, http, budget);
  const nothingGiven = readOptions([], []);
  const library = openLibrary(around.library);
  const context: Omit<ToolContext, 'signal'> = {
    folders,
    library: () => library,
    userTemplatesFolders: [userTemplates(around.env)],
    profilesOf: async (root) => ({
      profiles: await readProfiles(root, nothingGiven),
      defaults: await readDefaults(root),
    }),
    runs,
  };
  around.err.write(`Tools for ${folders.join(', ')} on standard input and output (Model Context Protocol)\n`);
  const { version, cwd, stop, err } = around;
  try {
    await serveTools({ version, cwd, stop, context, allowed, onError: (message) => err.write(`${message}\n`) });
  } finally {
    await runs.close();
    await http.close();
  }
  return { status: EXIT_STATUS.done, json: {} };
}

async function foldersOf({ positionals }: Given, { cwd }: Surroundings): Promise<readonly string[]> {
  const folders = positionals.length === 0 ? [cwd] : positionals.map((name) => resolve(cwd, name));
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) throw new UsageError(`${folder} is no folder`);
  }
  return folders;
}
