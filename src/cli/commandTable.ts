import type { Result, Surroundings } from './console.ts';
import { describeOptions, type Given, type OptionName } from './options.ts';
import { NEW_OPTIONS, newCommand } from './commands/new.ts';
import { MCP_OPTIONS, mcpCommand } from './commands/mcp.ts';
import { BATCH_OPTIONS, batchCommand } from './commands/batch.ts';
import { RAY_OPTIONS, rayCommand } from './commands/ray.ts';
import { RESUME_OPTIONS, resumeCommand } from './commands/resume.ts';
import { PREVIEW_OPTIONS, RUN_OPTIONS, runCommand } from './commands/run.ts';
import { RUNS_OPTIONS, runsCommand } from './commands/runs.ts';
import { VALIDATE_OPTIONS, validateCommand } from './commands/validate.ts';
import { ENDPOINTS_OPTIONS, endpointsCommand } from './commands/endpoints.ts';
import { ESTIMATE_OPTIONS, estimateCommand } from './commands/estimate.ts';
import { EJECT_OPTIONS, ejectCommand } from './commands/eject.ts';
import { EXPORT_OPTIONS, exportCommand } from './commands/export.ts';
import { IMPORT_OPTIONS, importCommand } from './commands/import.ts';
import { COMPARE_OPTIONS, compareCommand } from './commands/compare.ts';
import { CURATE_OPTIONS, curateCommand } from './commands/curate.ts';
import { STATS_OPTIONS, statsCommand } from './commands/stats.ts';
import { SCRIPTS_OPTIONS, scriptsCommand } from './commands/scripts.ts';
import { EXPLAIN_OPTIONS, explainCommand } from './commands/explain.ts';

export interface Command {
  readonly arguments: string;
  readonly help: string;
  readonly options: readonly OptionName[];
  run(given: Given, around: Surroundings): Promise<Result>;
}

/** The commands by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  new: {
    arguments: '[RECIPE [NAME]]',
    help: 'write the pipeline of a recipe, which runs as it stands; without RECIPE tell which there are',
    options: NEW_OPTIONS,
    run: newCommand,
  },
  run: {
    arguments: 'FILE',
    help: 'run a pipeline',
    options: RUN_OPTIONS,
    run: (given, around) => runCommand('run', given, around),
  },
  preview: {
    arguments: 'FILE',
    help: 'make the first 3 records; a run that follows takes their answers over',
    options: PREVIEW_OPTIONS,
    run: (given, around) => runCommand('preview', given, around),
  },
  resume: {
    arguments: 'RUN|latest',
    help: 'go on with a run that was interrupted, paused or has failed',
    options: RESUME_OPTIONS,
    run: resumeCommand,
  },
  estimate: {
    arguments: 'FILE',
    help: 'tell requests, tokens, cost and time before a run; sends nothing without --preview',
    options: ESTIMATE_OPTIONS,
    run: estimateCommand,
  },
  validate: {
    arguments: 'FILE',
    help: 'check a pipeline; sends and writes nothing',
    options: VALIDATE_OPTIONS,
    run: validateCommand,
  },
  eject: {
    arguments: 'FILE',
    help: "print a recipe's pipeline as explicit steps",
    options: EJECT_OPTIONS,
    run: ejectCommand,
  },
  import: {
    arguments: 'prompts.py|FOLDER [KEPT]',
    help: 'bring the prompt templates of a Python file, or a folder of texts (NAME.txt), into .openline/prompts or the folder of --output; nothing is run. Of a folder that `export --format nemo-curator` wrote: what was kept of its records (in FOLDER/kept, or KEPT) into the review of their dataset',
    options: IMPORT_OPTIONS,
    run: importCommand,
  },
  curate: {
    arguments: 'FILE…',
    help: 'edit and filter the records of JSONL files, by --edit, --check and --when or by the steps of a file',
    options: CURATE_OPTIONS,
    run: curateCommand,
  },
  stats: {
    arguments: 'RUN|latest|FILE',
    help: 'tell lengths, vocabulary, repetition, labels, scores and rejects of the records of a run or a JSONL, CSV, TSV or Parquet file',
    options: STATS_OPTIONS,
    run: statsCommand,
  },
  compare: {
    arguments: 'A B',
    help: 'tell in what two runs differ (settings, steps, cost, scores, records; --output takes the records), or two datasets, the authentic one first (JSONL files, or runs with --text or --label), and what the second adds to a model (--label)',
    options: COMPARE_OPTIONS,
    run: compareCommand,
  },
  explain: {
    arguments: 'RUN|latest ID',
    help: 'show the steps, templates, requests and answers that made a record, and what a review says of it',
    options: EXPLAIN_OPTIONS,
    run: explainCommand,
  },
  export: {
    arguments: 'RUN|latest|FILE|FOLDER',
    help: 'write the records of a run (of an unfinished one those there are) or of a JSONL file in a format for training; the templates of a folder as a Python file or as plain texts',
    options: EXPORT_OPTIONS,
    run: exportCommand,
  },
  batch: {
    arguments: 'export FILE|import RUN RESULTS|cancel RUN',
    help: 'write what a pipeline asks into a file that `vllm run-batch` and Batch APIs take; bring the answers back; give up the batches of a run',
    options: BATCH_OPTIONS,
    run: batchCommand,
  },
  ray: {
    arguments: 'submit FILE|status JOB|logs JOB|attach JOB|resume JOB|stop JOB',
    help: 'run a pipeline in shards on a Ray cluster; Ctrl+C leaves the job running, `attach` (or `attach latest`) comes back to it',
    options: RAY_OPTIONS,
    run: rayCommand,
  },
  runs: {
    arguments: '[prune]',
    help: 'list the runs of this workspace, or remove old complete ones',
    options: RUNS_OPTIONS,
    run: runsCommand,
  },
  mcp: {
    arguments: '[FOLDER…]',
    help: 'serve the tools for language models (Model Context Protocol, on standard input and output); asks before it spends or writes',
    options: MCP_OPTIONS,
    run: mcpCommand,
  },
  scripts: {
    arguments: 'list|approve FILE',
    help: 'list the programs that a pipeline runs (`script` steps), or let them run from now on',
    options: SCRIPTS_OPTIONS,
    run: scriptsCommand,
  },
  endpoints: {
    arguments: 'list|test NAME|approve NAME',
    help: 'list the endpoint profiles, test one, or let one have the key its variable holds',
    options: ENDPOINTS_OPTIONS,
    run: endpointsCommand,
  },
};

/** Help for everything, or for one command. */
export function helpText(name?: string): string {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name !== undefined && command !== undefined) {
    return `openline ${name} ${command.arguments}\n\n${command.help}\n\n${describeOptions([...command.options, 'json'])}\n`;
  }
  const width = Math.max(...Object.entries(COMMANDS).map(([id, entry]) => id.length + entry.arguments.length)) + 1;
  const rows = Object.entries(COMMANDS).map(
    ([id, entry]) => `  ${`${id} ${entry.arguments}`.padEnd(width)}  ${entry.help}`,
  );
  return `openline COMMAND [OPTIONS]\n\n${rows.join('\n')}\n\nopenline COMMAND --help tells the options of a command.\nExit status: 0 done, 1 failed (resumable), 2 wrong pipeline or usage, 3 paused by a budget, 130 interrupted (resumable).\n`;
}
