/** A folder with files for tests of the pipeline format, and planning in it with the built-in library. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endpointProfileSchema, type NamedProfile } from '../endpoints/profile.ts';
import { InvalidInputError, type Diagnostic } from '../errors.ts';
import { readSource } from '../datasets/readSource.ts';
import { loadTemplateLibrary } from '../prompts/templateLibrary.ts';
import type { GenerateStep, Plan, PlanStep, ReadStep } from './plan.ts';
import { planPipeline, type PlanContext, type PlanOverrides } from './planPipeline.ts';
import { loadRecipes } from './recipeLibrary.ts';

const LIBRARY = join(import.meta.dirname, '..', 'library');

export class PlanFixture {
  readonly root: string;
  readonly context: PlanContext;

  private constructor(root: string, context: PlanContext) {
    this.root = root;
    this.context = context;
  }

  static async create(): Promise<PlanFixture> {
    const [root, templates, recipes] = await Promise.all([
      mkdtemp(join(tmpdir(), 'openline-plan-')),
      loadTemplateLibrary(join(LIBRARY, 'prompts')),
      loadRecipes(join(LIBRARY, 'recipes')),
    ]);
    const profiles = [
      named('local', { base_url: 'http://localhost:1/v1', model: 'llama' }),
      named('bare', { base_url: 'http://localhost:2/v1' }),
    ];
    return new PlanFixture(root, { templates, recipes, profiles, root });
  }

  async dispose(): Promise<void> {
    await rm(this.root, { recursive: true });
  }

  /** The pipeline's file; it is never written. */
  get file(): string {
    return join(this.root, 'work', 'demo.openline.yaml');
  }

  /** Writes a file beside the pipeline. */
  async put(path: string, content: string | Uint8Array): Promise<void> {
    const absolute = join(dirname(this.file), path);
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
  }

  async plan(text: string, overrides: PlanOverrides = {}): Promise<Plan> {
    const { plan } = await planPipeline({ file: this.file, text }, { ...this.context, overrides });
    return plan;
  }

  /** Steps of a plan by id. */
  async steps(text: string, overrides: PlanOverrides = {}): Promise<ReadonlyMap<string, PlanStep>> {
    const { steps } = await this.plan(text, overrides);
    return new Map(steps.map((step) => [step.id, step]));
  }

  async generateStep(text: string, id: string, overrides: PlanOverrides = {}): Promise<GenerateStep> {
    const step = (await this.steps(text, overrides)).get(id);
    if (step?.kind !== 'generate') throw new Error(`There is no generate step ${id}`);
    return step;
  }

  async readStep(text: string, id: string): Promise<ReadStep> {
    const step = (await this.steps(text)).get(id);
    if (step?.kind !== 'read') throw new Error(`There is no read step ${id}`);
    return step;
  }

  /** What a `read` step of these options yields, each as a test reads it best. */
  async read(options: string): Promise<readonly unknown[]> {
    const step = await this.readStep(pipeline('steps:', `  - { id: r, read: { ${options} } }`), 'r');
    const told: unknown[] = [];
    for await (const entry of readSource(step)) {
      const key = entry.key.join('.');
      if (entry.kind === 'record') told.push([key, entry.fields]);
      else told.push([key, entry.reason, `${entry.position.file}:${entry.position.line ?? ''}`]);
    }
    return told;
  }

  async warnings(text: string): Promise<readonly string[]> {
    const { warnings } = await planPipeline({ file: this.file, text }, this.context);
    return warnings.map(inShort);
  }

  /** What is wrong with a pipeline, each as `line:column-endColumn code: message`. */
  async errors(text: string, overrides: PlanOverrides = {}): Promise<readonly string[]> {
    try {
      await this.plan(text, overrides);
      return [];
    } catch (error) {
      if (error instanceof InvalidInputError) return error.diagnostics.map(inShort);
      throw error;
    }
  }
}

/** `line:column-endColumn code: message`, without the position where there is none. */
export function inShort({ position, code, message }: Diagnostic): string {
  const { line, column, endColumn } = position ?? {};
  const place = line === undefined ? '' : `${line}:${column ?? 0}-${endColumn ?? 0} `;
  return `${place}${code}: ${message}`;
}

/** Lines of a pipeline after `openline: 1` and `endpoint: sample`. */
export function pipeline(...lines: readonly string[]): string {
  return ['openline: 1', 'endpoint: sample', ...lines, ''].join('\n');
}

function named(name: string, profile: object): NamedProfile {
  return { name, profile: endpointProfileSchema.parse(profile) };
}
