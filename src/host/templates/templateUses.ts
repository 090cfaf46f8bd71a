import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { InvalidInputError } from '../../core/errors.ts';
import { partiesOf } from '../../core/pipeline/asking.ts';
import type { Ask, Plan } from '../../core/pipeline/plan.ts';
import { planPipeline } from '../../core/pipeline/planPipeline.ts';
import { loadRecipes, type Recipe } from '../../core/pipeline/recipeLibrary.ts';
import type { TemplateUse } from '../../core/pipeline/templateUse.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import type { NamedUse } from '../../core/prompts/checkUse.ts';
import { readTemplate } from '../../core/prompts/parseTemplate.ts';
import { loadTemplateLibrary } from '../../core/prompts/templateLibrary.ts';
import type { Template } from '../../core/prompts/template.ts';
import type { JsonObject } from '../../core/record/json.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { PIPELINE_ENDING } from '../ids.ts';
import { lazily } from '../lazily.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import { keyOfSource, type TemplateFiles } from './templateFiles.ts';

/** Pipelines beyond which nobody waits for all of them to be looked through. */
const MOST_PIPELINES = 300;

/** A step of a pipeline in the workspace that uses a template. */
export interface PipelineUse extends NamedUse {
  /** The pipeline's file. */
  readonly file: string;
  /** Whom the step asks; absent where the pipeline is not right as a whole. */
  readonly ask?: Ask;
  /** JSON Schema that the step's answers are held against. */
  readonly schema?: JsonObject;
}

export type UsesByKey = ReadonlyMap<string, readonly PipelineUse[]>;

export interface TemplateUsesOptions {
  readonly files: TemplateFiles;
  readonly pipelines: FileCatalog;
  readonly profiles: ProfileStore;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly userFolder: string;
  readonly log: vscode.LogOutputChannel;
}

interface Library {
  readonly templates: ReadonlyMap<string, Template>;
  readonly recipes: ReadonlyMap<string, Recipe>;
}

interface Read {
  readonly text: string;
  readonly uses: readonly (readonly [string, PipelineUse])[];
}

/** Knows which pipelines use which templates. In workspaces that are not trusted pipelines are not read. */
export class TemplateUses {
  readonly #options: TemplateUsesOptions;
  readonly #library: () => Promise<Library>;
  readonly #read = new Map<string, Read>();
  #looking: Promise<UsesByKey> | undefined;

  constructor(options: TemplateUsesOptions) {
    this.#options = options;
    this.#library = lazily(async () => {
      const templates = loadTemplateLibrary(join(options.library, 'prompts'));
      const recipes = loadRecipes(join(options.library, 'recipes'));
      return { templates: await templates, recipes: await recipes };
    });
  }

  /** The built-in templates by id. */
  async builtIns(): Promise<ReadonlyMap<string, Template>> {
    return (await this.#library()).templates;
  }

  /** All uses by the key of the template. Pipelines that did not change are not read again. */
  all(): Promise<UsesByKey> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async of(key: string): Promise<readonly PipelineUse[]> {
    return (await this.all()).get(key) ?? [];
  }

  /** Which templates there are has changed: names may mean others now. */
  forget(): void {
    this.#read.clear();
  }

  async #look(): Promise<UsesByKey> {
    const found = new Map<string, PipelineUse[]>();
    if (!vscode.workspace.isTrusted) return found;
    const pipelines = await this.#options.pipelines.list();
    if (pipelines.length > MOST_PIPELINES) {
      this.#options.log.warn(
        `Of ${pipelines.length} pipelines the first ${MOST_PIPELINES} are looked at for templates.`,
      );
    }
    const texts = await this.#templateTexts();
    for (const { fsPath } of pipelines.slice(0, MOST_PIPELINES)) {
      for (const [key, use] of await this.#usesOf(fsPath, texts)) found.set(key, [...(found.get(key) ?? []), use]);
    }
    return found;
  }

  /** A template that is wrong just now is used all the same: a text that is right stands in for it. */
  async #templateTexts(): Promise<ReadonlyMap<string, string>> {
    const { files } = this.#options;
    const texts = new Map<string, string>();
    for (const entry of await files.list()) {
      if (entry.home === 'builtin') continue;
      const text = await files.textOf(entry).catch(() => '');
      const { template } = readTemplate(text, { id: entry.id, source: entry.path });
      texts.set(entry.path, template === undefined ? '.' : text);
    }
    return texts;
  }

  async #usesOf(file: string, texts: ReadonlyMap<string, string>): Promise<Read['uses']> {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
    const text = open?.getText() ?? (await readFile(file, 'utf8').catch(() => ''));
    const before = this.#read.get(file);
    if (before?.text === text) return before.uses;
    const read = { text, uses: await this.#plan(file, text, texts) };
    this.#read.set(file, read);
    return read.uses;
  }

  async #plan(file: string, text: string, texts: ReadonlyMap<string, string>): Promise<Read['uses']> {
    const root = await findWorkspaceRoot(file);
    const { profiles } = await this.#options.profiles.ofRoot(root);
    const uses: TemplateUse[] = [];
    const context = {
      ...(await this.#library()),
      profiles,
      root,
      userTemplatesFolders: [this.#options.userFolder],
      textOf: (path: string) => texts.get(path),
      onTemplate: (use: TemplateUse) => uses.push(use),
    };
    let plan: Plan | undefined;
    try {
      plan = (await planPipeline({ file, text }, context)).plan;
    } catch (error) {
      // What is wrong with the pipeline is shown in the pipeline.
      if (!(error instanceof InvalidInputError))
        this.#options.log.error(error instanceof Error ? error : String(error));
    }
    const pipeline = basename(file, PIPELINE_ENDING);
    const seen = new Set<string>();
    return uses.flatMap((use): Read['uses'] => {
      const key = keyOfSource(use.template.source, root);
      const mark = `${use.step}\n${key ?? ''}`;
      if (key === undefined || seen.has(mark)) return [];
      seen.add(mark);
      const step = plan?.steps.find(({ id }) => id === use.step);
      const ask = step === undefined ? undefined : partiesOf(step)[0]?.ask;
      const schema = step?.kind === 'generate' && step.expect.kind === 'json' ? step.expect.schema : undefined;
      const known = { ...(ask === undefined ? {} : { ask }), ...(schema === undefined ? {} : { schema }) };
      return [[key, { ...use, pipeline, file, ...known }]];
    });
  }
}
