import type { z } from 'zod';
import type { DataPath } from '../files/checkValue.ts';
import { checkYaml, YamlSource } from '../files/yamlSource.ts';
import type { FilePosition } from '../errors.ts';
import { isJsonObject, type Json } from '../record/json.ts';
import { pipelineSchema, stepSchema, type PipelineInput, type StepInput } from './pipelineSchema.ts';
import type { Problems } from './problems.ts';

/** A step on its way into the plan. */
export interface StepDraft {
  readonly id: string;
  /** Null when it is broken, which has been told; steps that read from it are checked all the same. */
  readonly step: StepInput | null;
  /** Whether it comes from a recipe: then mistakes in it are shown where the pipeline gives its parameters. */
  readonly fromRecipe: boolean;
  readonly locate: (path: DataPath, part: 'key' | 'value') => FilePosition;
  /** Key under which `prompts` replaces its template, where that is not the id: rounds of a recipe share a template. */
  readonly templateKey?: string;
}

/** A pipeline file, as far as it could be read. */
export interface ReadPipeline {
  readonly source: YamlSource;
  /** The keys that are right; those that are not have been told. */
  readonly input: { readonly [Key in keyof PipelineInput]?: PipelineInput[Key] | undefined };
  /** Whether the file has a key, right or not. */
  readonly has: (key: keyof PipelineInput) => boolean;
  readonly steps: readonly StepDraft[];
}

/**
 * Reads a pipeline file and checks it key by key, so that one mistake does not hide the others.
 *
 * @returns null when it is no YAML map at all, which has been told
 */
export function readPipeline(file: string, text: string, problems: Problems): ReadPipeline | null {
  const source = new YamlSource(file, text);
  problems.add(checkYaml(source, pipelineSchema).diagnostics);
  const raw = source.value;
  if (!isPlainMap(raw)) return null;
  const shape: Readonly<Record<string, z.ZodType>> = pipelineSchema.shape;
  const right = Object.entries(raw).filter(
    ([key, value]) => key !== 'steps' && Object.hasOwn(shape, key) && shape[key]?.safeParse(value).success === true,
  );
  const input = pipelineSchema.partial().parse(Object.fromEntries(right));
  const rawSteps = Array.isArray(raw['steps']) ? (raw['steps'] as readonly unknown[]) : [];
  return {
    source,
    input,
    has: (key) => Object.hasOwn(raw, key),
    steps: rawSteps.map((step, index) => readStep(step, index, source)),
  };
}

function readStep(raw: unknown, index: number, source: YamlSource): StepDraft {
  const checked = stepSchema.safeParse(raw);
  const given = isPlainMap(raw) ? raw['id'] : undefined;
  return {
    id: checked.success ? checked.data.id : typeof given === 'string' ? given : '',
    step: checked.success ? checked.data : null,
    fromRecipe: false,
    locate: (path, part) => source.positionOf(['steps', index, ...path], part),
  };
}

function isPlainMap(value: unknown): value is Readonly<Record<string, Json>> {
  return isJsonObject(value);
}
