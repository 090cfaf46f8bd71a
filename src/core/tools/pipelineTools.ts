/** Tools about pipeline files: proposing, checking, estimating. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { unknownName } from '../files/checkValue.ts';
import { formatDiagnostic, InvalidInputError, type Diagnostic } from '../errors.ts';
import { pipelineText } from '../pipeline/pipelineText.ts';
import { pipelineInside, shownPath } from './places.ts';
import {
  choicesInput,
  endpointsAsked,
  estimateOf,
  pipelineInput,
  planFile,
  planText,
  type PlannedForTool,
} from './planning.ts';
import { defineTool, type ToolAnswer, type ToolContext } from './tool.ts';
import type { ToolQuestion } from './toolQuestion.ts';

const proposeInput = z.object({
  recipe: z.string().optional().describe('Id of a recipe (see list_recipes)'),
  with: z.record(z.string(), z.json()).optional().describe('Parameters of the recipe'),
  endpoint: z.string().optional().describe('Endpoint profile (see list_endpoints); default: sample'),
  model: z.string().optional().describe('Model, where the profile names none'),
  output: z.string().optional().describe('JSONL file that the records go to; default: data/NAME.jsonl'),
  yaml: z
    .string()
    .optional()
    .describe(
      'The whole text of the pipeline instead of recipe, with, endpoint, model and output: for steps of one’s own',
    ),
  file: z
    .string()
    .optional()
    .describe('Path, ending with .openline.yaml, to write the pipeline to; without it nothing is written'),
  replace: z.boolean().optional().describe('Replace the file where there is one; default: never'),
});
type ProposeInput = z.output<typeof proposeInput>;

export const proposePipeline = defineTool({
  name: 'propose_pipeline',
  title: 'Propose Pipeline',
  description:
    'Makes the text of a pipeline, from a recipe with its parameters or from YAML of your own, and checks it as a run would. Returns the YAML, or what is wrong with line and column. With `file`, a right one is written there, once the person has agreed. Sends nothing.',
  input: proposeInput,
  effect: 'writes',
  async question(input, context): Promise<ToolQuestion | null> {
    if (input.file === undefined) return null;
    const { text, path, problems } = await propose(input, context);
    if (problems.length > 0) return null;
    const replaces = await isThere(path);
    if (replaces && input.replace !== true) throw taken(input.file);
    return { kind: 'write', path: shownPath(path, context), replaces, text };
  },
  async run(input, context): Promise<ToolAnswer> {
    const { text, path, problems, warnings } = await propose(input, context);
    const facts = { yaml: text, valid: problems.length === 0, problems, warnings };
    if (problems.length > 0) return { facts: { ...facts, written: null }, next: 'mend what is told in `problems`' };
    if (input.file === undefined) {
      return { facts: { ...facts, written: null }, next: 'propose_pipeline with `file` writes it' };
    }
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(path, text, { flag: input.replace === true ? 'w' : 'wx' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw taken(input.file);
      throw error;
    }
    return { facts: { ...facts, written: shownPath(path, context) }, next: 'estimate_run tells what it will take' };
  },
});

interface Proposal {
  readonly text: string;
  /** Absolute; where it would stand. */
  readonly path: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

async function propose(input: ProposeInput, context: ToolContext): Promise<Proposal> {
  const [folder] = context.folders;
  const path =
    input.file === undefined
      ? join(folder ?? '.', `${input.recipe ?? 'proposal'}.openline.yaml`)
      : await pipelineInside(input.file, context);
  const text = input.yaml ?? (await textOf(input, path, context));
  try {
    const { warnings } = await planText(path, text, {}, context);
    return { text, path, problems: [], warnings: warnings.map((warning) => told(warning, context)) };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { text, path, problems: error.diagnostics.map((problem) => told(problem, context)), warnings: [] };
  }
}

async function textOf(input: ProposeInput, path: string, { library }: ToolContext): Promise<string> {
  const { recipe: id, with: values = {}, endpoint = 'sample', model = '' } = input;
  if (id === undefined) throw InvalidInputError.of('tool-input', 'give a `recipe` (see list_recipes) or `yaml`');
  const { recipes } = await library();
  const recipe = recipes.get(id);
  if (recipe === undefined)
    throw InvalidInputError.of('unknown-recipe', unknownName(id, [...recipes.keys()], 'a recipe'));
  const names = Object.keys(recipe.parameters);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw InvalidInputError.of('unknown-parameter', unknownName(unknown, names, `a parameter of ${id}`));
  const name = (path.split(/[\\/]/u).at(-1) ?? id).replace(/\.openline\.yaml$/u, '');
  const output = input.output ?? `data/${name}.jsonl`;
  return pipelineText({ recipe, endpoint, model, values, output });
}

function taken(file: string): InvalidInputError {
  return InvalidInputError.of('file-exists', 'there is such a file already; give another name, or `replace: true`', {
    file,
  });
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

/** A diagnostic with its path as a person would write it. */
function told(diagnostic: Diagnostic, context: ToolContext): string {
  const { position } = diagnostic;
  if (position === undefined) return formatDiagnostic(diagnostic);
  return formatDiagnostic({ ...diagnostic, position: { ...position, file: shownPath(position.file, context) } });
}

export const validatePipeline = defineTool({
  name: 'validate_pipeline',
  title: 'Validate Pipeline',
  description:
    'Checks a pipeline file as a run would, with file, line and column of every mistake and the nearest right name. Sends and writes nothing.',
  input: pipelineInput,
  effect: 'reads',
  async run(input, context): Promise<ToolAnswer> {
    try {
      const planned = await planFile(input, context);
      return { facts: { valid: true, problems: [], ...outlineOf(planned, context) } };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return { facts: { valid: false, problems: error.diagnostics.map((problem) => told(problem, context)) } };
    }
  },
});

function outlineOf({ plan, warnings, profiles }: PlannedForTool, context: ToolContext) {
  return {
    recipe: plan.recipe,
    steps: plan.steps.map(({ id, kind, from }) => ({ id, kind, from: from.map(({ step }) => step) })),
    endpoints: endpointsAsked(plan, profiles),
    outputs: plan.outputs.map(({ path }) => shownPath(path, context)),
    warnings: warnings.map((warning) => told(warning, context)),
  };
}

export const estimateRunTool = defineTool({
  name: 'estimate_run',
  title: 'Estimate Run',
  description:
    'Tells what a run of a pipeline is expected to take: requests, tokens, cost and time, low, likely and high, and who is asked. Sends nothing. Call it before run_pipeline and tell the person.',
  input: pipelineInput.extend(choicesInput.shape),
  effect: 'reads',
  async run(input, context): Promise<ToolAnswer> {
    const planned = await planFile(input, context);
    const { steps, ...whole } = await estimateOf(planned);
    return {
      facts: {
        pipeline: shownPath(planned.file, context),
        endpoints: endpointsAsked(planned.plan, planned.profiles),
        records: whole.records,
        requests: { ...whole.requests },
        prompt_tokens: { ...whole.promptTokens },
        completion_tokens: { ...whole.completionTokens },
        cost: whole.cost === null ? null : { ...whole.cost },
        seconds: { ...whole.seconds },
        budget: { ...planned.plan.budget },
        steps: steps.map(({ step, endpoint, model, requests, measured }) => ({
          ...{ step, endpoint, model, measured },
          requests: { ...requests },
        })),
        outputs: planned.plan.outputs.map(({ path }) => shownPath(path, context)),
      },
      next: 'preview_run makes 3 records; run_pipeline makes all',
    };
  },
});
