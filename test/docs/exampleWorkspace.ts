/** A folder in which the pipelines of the documentation can be planned: the files and services they speak of. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endpointProfileSchema, type NamedProfile } from '../../src/core/endpoints/profile.ts';
import { InvalidInputError } from '../../src/core/errors.ts';
import { pipelineSchema } from '../../src/core/pipeline/pipelineSchema.ts';
import { planPipeline, SAMPLE_PROFILE, type PlanContext } from '../../src/core/pipeline/planPipeline.ts';
import { loadRecipes } from '../../src/core/pipeline/recipeLibrary.ts';
import { loadTemplateLibrary } from '../../src/core/prompts/templateLibrary.ts';
import { parse } from 'yaml';
import { root } from '../support/machine.ts';

const library = join(root, 'src/core/library');

/** Services that examples name and that stand in no example of their own. */
const NAMES = ['local-vllm', 'openai', 'nvidia', 'small', 'large'];

/** Files that examples name, with just enough in them. */
const FILES: Readonly<Record<string, string>> = {
  'data/records.jsonl': '{"text":"a","question":"b"}\n',
  'data/test-set.jsonl': '{"question":"b"}\n',
  'data/generated.jsonl': '{"question":"c"}\n',
  'data/general.jsonl': '{"question":"d"}\n',
  'data/special.jsonl': '{"question":"e"}\n',
  'data/big.jsonl': '{"question":"f"}\n',
  'data/x.review.jsonl': '',
  'data/questions.review.jsonl': '',
  'docs/guide.md': '# Guide\n\nText.\n',
  'reports/one.pdf': '%PDF-1.4\n',
  'personas.jsonl': '{"text":"a keeper of bees"}\n',
  'prompts/facts.prompt.md': '---\ndescription: Facts\n---\n\nFacts of {response}, as {schema}.\n',
  'prompts/subtopics.prompt.md': '---\ndescription: Subtopics\n---\n\n{n_subtopics} subtopics of {macro_topic}\n',
  '.openline/prompts/curator-macro-topics.prompt.md': '---\ndescription: Topics\n---\n\n{n_macro_topics} topics\n',
  '.openline/prompts/curator-subtopics.prompt.md':
    '---\ndescription: Subtopics\n---\n\n{n_subtopics} subtopics of {macro_topic}\n',
  'schemas/facts.json': '{"type":"object","properties":{"fact":{"type":"string"}},"required":["fact"]}\n',
  'score.py': 'print()\n',
};

/** Writes the files that examples name into a folder. */
export async function writeExampleFiles(folder: string): Promise<void> {
  await cp(join(library, 'starters'), folder, { recursive: true });
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** What pipelines in a folder with the files of `writeExampleFiles` are planned with. */
export async function exampleContext(folder: string): Promise<PlanContext> {
  const [templates, recipes] = await Promise.all([
    loadTemplateLibrary(join(library, 'prompts')),
    loadRecipes(join(library, 'recipes')),
  ]);
  const profiles: NamedProfile[] = NAMES.map((name) => ({
    name,
    profile: endpointProfileSchema.parse({ base_url: 'http://localhost:8000/v1', model: 'llama' }),
  }));
  return { templates, recipes, profiles: [...profiles, SAMPLE_PROFILE], root: folder };
}

/** What is wrong with a pipeline of the documentation. */
export async function pipelineProblems(text: string, context: PlanContext): Promise<readonly string[]> {
  try {
    await planPipeline({ file: join(context.root, 'example.openline.yaml'), text }, context);
    return [];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.diagnostics.map(({ message }) => message);
    throw error;
  }
}

/**
 * Makes a whole pipeline of an example: of one step or several, which read something first, or of keys of the head.
 * Undefined: it is no part of a pipeline.
 */
export function wholePipeline(text: string): string | undefined {
  const value: unknown = parse(text);
  const head = 'openline: 1\nendpoint: sample\n';
  if (Array.isArray(value)) {
    const [first] = value as readonly unknown[];
    const reads = typeof first === 'object' && first !== null && 'read' in first;
    const before = reads ? '' : '- { id: before, read: { files: data/records.jsonl } }\n';
    return `${head}steps:\n${before}${text}`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if ('openline' in value) return text;
  const keys = Object.keys(value);
  if (!keys.every((key) => key in pipelineSchema.shape)) return undefined;
  return keys.includes('steps') ? `${head}${text}` : `${head}recipe: open-qa\n${text}`;
}
