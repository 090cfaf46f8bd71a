import { basename, dirname, extname, join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { escapePath, isDynamicPattern } from 'tinyglobby';
import { parse, stringify } from 'yaml';
import { USUAL_CHECKS, USUAL_EDITS } from '../../core/curate/usualCuration.ts';
import { fieldsOfFirst } from '../../core/datasets/firstRecord.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planWorkspace } from '../plan.ts';
import { UsageError } from '../usage.ts';
import { usualTextOf } from '../usualText.ts';
import { openLibrary, openWorkspace, type Workspace } from '../workspace.ts';
import { RUN_OPTIONS, runPlanned } from './run.ts';

const OWN_OPTIONS = ['steps', 'text', 'edit', 'check', 'when'] as const;
export const CURATE_OPTIONS: readonly OptionName[] = [
  ...OWN_OPTIONS,
  ...RUN_OPTIONS.filter((name) => !['set', 'more'].includes(name)),
];

/** `openline curate FILE…`: curation steps on JSONL files, without a pipeline written by hand. */
export async function curateCommand(given: Given, around: Surroundings): Promise<Result> {
  const files = await inputFiles(given, around);
  const workspace = await openSteps(given, files, around);
  const hasOutput = /^outputs?\s*:/mu.test(workspace.text);
  const output = given.text('output') ?? (hasOutput ? undefined : usualOutput(files));
  const extra = {
    read: files.map((file) => (isDynamicPattern(file) ? escapePath(file) : file)),
    ...(output === undefined ? {} : { output: resolve(around.cwd, output) }),
  };
  const planned = await planWorkspace(workspace, given, around, { keys: true }, extra).catch((error: unknown) => {
    throw given.text('steps') === undefined && error instanceof InvalidInputError ? withoutPlaces(error) : error;
  });
  return runPlanned('run', planned, given, around);
}

async function inputFiles(given: Given, around: Surroundings): Promise<readonly string[]> {
  if (given.positionals.length === 0) throw new UsageError('Which files? Give the paths of JSONL files');
  return Promise.all(
    given.positionals.map(async (name) => {
      const path = resolve(around.cwd, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() === true) return path;
      throw InvalidInputError.of('missing-file', found === undefined ? 'there is no such file' : 'this is no file', {
        file: name,
      });
    }),
  );
}

/** Places in a pipeline that was made of options would lead nowhere. */
function withoutPlaces({ diagnostics }: InvalidInputError): InvalidInputError {
  return new InvalidInputError(diagnostics.map(({ severity, code, message }) => ({ severity, code, message })));
}

/** The file of `--steps`, or one made of the options. */
async function openSteps(given: Given, files: readonly string[], around: Surroundings): Promise<Workspace> {
  const steps = given.text('steps');
  if (steps !== undefined) {
    const other = (['text', 'edit', 'check', 'when'] as const).find(
      (name) => given.text(name) !== undefined || given.list(name).length > 0,
    );
    if (other !== undefined) throw new UsageError(`--${other} stands in the place of --steps; write it into the file`);
    return openWorkspace(steps, around);
  }
  const [first = ''] = files;
  const text = given.text('text') ?? usualTextOf(await fieldsOfFirst(first), first, false);
  // It is never written.
  const file = join(dirname(first), 'curate.openline.yaml');
  return {
    file,
    text: stringify({ openline: 1, steps: stepsOf(given, text) }),
    root: await findWorkspaceRoot(file),
    ...(await openLibrary(around.library)),
  };
}

function stepsOf(given: Given, text: string): readonly object[] {
  const edits = given.list('edit').map((entry) => readEntry('edit', entry));
  const checks = given.list('check').map((entry) => readEntry('check', entry));
  const when = given.text('when');
  const usual = edits.length === 0 && checks.length === 0 && when === undefined;
  const wanted = usual ? { edits: USUAL_EDITS, checks: USUAL_CHECKS } : { edits, checks };
  return [
    ...(wanted.edits.length === 0 ? [] : [{ id: 'edit', modify: { text, edit: wanted.edits } }]),
    ...(wanted.checks.length === 0 && when === undefined
      ? []
      : [
          {
            id: 'filter',
            filter: {
              ...(wanted.checks.length === 0 ? {} : { text, checks: wanted.checks }),
              ...(when === undefined ? {} : { when }),
            },
          },
        ]),
  ];
}

/** A word, or a map in YAML's flow form. */
function readEntry(option: string, entry: string): unknown {
  try {
    return parse(entry);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw new UsageError(`--${option} ${entry}: this is no YAML (${why})`);
  }
}

function usualOutput([first = '']: readonly string[]): string {
  const extension = extname(first);
  return join(dirname(first), `${basename(first, extension)}.curated.jsonl`);
}
