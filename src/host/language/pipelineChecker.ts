import { join } from 'node:path';
import * as vscode from 'vscode';
import { InvalidInputError, type Diagnostic } from '../../core/errors.ts';
import type { Plan } from '../../core/pipeline/plan.ts';
import type { KnownFields } from '../../core/pipeline/knownFields.ts';
import { checkEndpoints } from '../../core/endpoints/profileFile.ts';
import { planPipeline, validatePipeline, type PlanContext } from '../../core/pipeline/planPipeline.ts';
import { loadRecipes } from '../../core/pipeline/recipeLibrary.ts';
import type { TemplateUse } from '../../core/pipeline/templateUse.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { loadTemplateLibrary } from '../../core/prompts/templateLibrary.ts';
import { ENDPOINTS_ENDING } from '../ids.ts';
import { brokenProfiles, type KnownProfile, type ProfileStore } from '../endpoints/profileStore.ts';
import { lazily } from '../lazily.ts';
import { userTemplatesFolder } from '../templates/templateFiles.ts';
import type { FieldFacts } from './pipelines/fieldRename.ts';

export interface PipelineCheckerOptions {
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly profiles: ProfileStore;
}

/** What is known around a pipeline. */
export interface PipelineSurroundings extends Pick<PlanContext, 'recipes' | 'templates' | 'root'> {
  readonly profiles: readonly KnownProfile[];
  readonly defaultName?: string;
  /** Fields of the records of each step, by its id. */
  readonly fields: ReadonlyMap<string, KnownFields>;
}

/** Everything that can be said about the text of a pipeline. */
export interface PipelineInspection {
  readonly around: PipelineSurroundings;
  readonly diagnostics: readonly Diagnostic[];
  /** What a run would carry out; null while something is wrong, or the workspace is not trusted. */
  readonly plan: Plan | null;
}

/** Says what is wrong with the text of a pipeline: what a run would say before it sends anything. */
export class PipelineChecker {
  readonly #profiles: ProfileStore;
  readonly #library;

  constructor({ library, profiles }: PipelineCheckerOptions) {
    this.#profiles = profiles;
    this.#library = lazily(async () => {
      const templates = loadTemplateLibrary(join(library, 'prompts'));
      const recipes = loadRecipes(join(library, 'recipes'));
      return { templates: await templates, recipes: await recipes };
    });
  }

  /** The built-in templates by id. */
  async builtIns(): Promise<PlanContext['templates']> {
    return (await this.#library()).templates;
  }

  /** The steps of a pipeline that a run would carry out, in order. @throws InvalidInputError when something is wrong */
  async steps(file: string, text: string): Promise<readonly { readonly id: string; readonly kind: string }[]> {
    const { plan } = await planPipeline({ file, text }, await this.#context(file));
    return plan.steps.map(({ id, kind }) => ({ id, kind }));
  }

  /** @param text as it stands in the editor, saved or not */
  async check(file: string, text: string): Promise<readonly Diagnostic[]> {
    if (file.replaceAll('\\', '/').endsWith(ENDPOINTS_ENDING)) return this.#checkEndpoints(file, text);
    return validatePipeline({ file, text }, await this.#context(file));
  }

  /** What a pipeline can name, and what is known of the records of its steps; its text need not be right. */
  async surroundings(file: string, text: string): Promise<PipelineSurroundings> {
    const context = await this.#context(file);
    let fields: ReadonlyMap<string, KnownFields> = new Map();
    // In a workspace that is not trusted nothing that a pipeline names is read.
    if (vscode.workspace.isTrusted) {
      await validatePipeline({ file, text }, { ...context, onFields: (known) => (fields = known) });
    }
    const { recipes, templates, root } = context;
    const { profiles, defaultName } = await this.#profiles.ofRoot(root);
    return { recipes, templates, profiles, root, fields, ...(defaultName === undefined ? {} : { defaultName }) };
  }

  /** What is wrong, and what a run would carry out: for whoever shows a pipeline as more than its text. */
  async inspect(file: string, text: string): Promise<PipelineInspection> {
    const context = await this.#context(file);
    const { recipes, templates, root } = context;
    const { profiles, defaultName } = await this.#profiles.ofRoot(root);
    const around = {
      recipes,
      templates,
      profiles,
      root,
      fields: new Map(),
      ...(defaultName === undefined ? {} : { defaultName }),
    };
    if (!vscode.workspace.isTrusted) return { around, diagnostics: [], plan: null };
    let fields: ReadonlyMap<string, KnownFields> = new Map();
    const whole = { ...context, onFields: (known: typeof fields) => (fields = known) };
    try {
      const { plan, warnings } = await planPipeline({ file, text }, whole);
      return { around: { ...around, fields }, diagnostics: warnings, plan };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const diagnostics = await validatePipeline({ file, text }, whole);
      return { around: { ...around, fields }, diagnostics, plan: null };
    }
  }

  /** What follows from names of fields: mistakes, fields of the steps, and what the templates are given. */
  async fieldFacts(file: string, text: string): Promise<FieldFacts> {
    const uses: TemplateUse[] = [];
    let fields: ReadonlyMap<string, KnownFields> = new Map();
    const context = {
      ...(await this.#context(file)),
      onFields: (known: typeof fields) => (fields = known),
      onTemplate: (use: TemplateUse) => uses.push(use),
    };
    const mistakes = await validatePipeline({ file, text }, context);
    return { mistakes: mistakes.map(({ code }) => code).sort(), fields, uses };
  }

  /** What is wrong with profiles, and with the replicas of pools, which may stand elsewhere. */
  async #checkEndpoints(file: string, text: string): Promise<readonly Diagnostic[]> {
    const elsewhere = (await this.#profiles.all()).profiles;
    return checkEndpoints(file, text, elsewhere);
  }

  async #context(file: string): Promise<PlanContext> {
    const root = await findWorkspaceRoot(file);
    const { profiles, problems, defaultName } = await this.#profiles.ofRoot(root);
    return {
      ...(await this.#library()),
      profiles,
      broken: brokenProfiles({ problems }),
      root,
      userTemplatesFolders: [userTemplatesFolder()],
      defaults: defaultName === undefined ? {} : { endpoint: defaultName },
    };
  }
}
