/** What planning works with: what the caller hands in, and what is shared while one pipeline is planned. */
import type { BrokenProfile } from '../endpoints/profileFile.ts';
import { endpointProfileSchema, type NamedProfile } from '../endpoints/profile.ts';
import type { Template } from '../prompts/template.ts';
import type { KnownFields } from './knownFields.ts';
import type { Budget } from './plan.ts';
import type { Problems } from './problems.ts';
import type { ReadPipeline } from './readPipeline.ts';
import type { Recipe } from './recipeLibrary.ts';
import type { TemplateUse } from './templateUse.ts';

/** The endpoint that is always there: embedded, offline, deterministic. */
export const SAMPLE_PROFILE: NamedProfile = {
  name: 'sample',
  profile: endpointProfileSchema.parse({ kind: 'sample', model: 'sample' }),
};

/** What is asked for on the command line or in the editor; it goes before what the file says. */
export interface PlanOverrides {
  /** Profile in place of the pipeline's (a step that names its own keeps it). */
  readonly endpoint?: string;
  readonly model?: string;
  /** Parameters of the recipe: texts in YAML; lists of texts and globs need no quotes. */
  readonly set?: Readonly<Record<string, string>>;
  /** Absolute path of the only output. */
  readonly output?: string;
  /** Id of the last step to carry out; its records are written. */
  readonly until?: string;
  /** Absolute paths or globs of JSONL files that the steps work on; then no step of the file reads. */
  readonly read?: readonly string[];
  /** Limits; each goes before the one of the file. */
  readonly budget?: Budget;
}

/** What counts where neither the pipeline nor the command line says anything: the user's own settings. */
export interface PlanDefaults {
  /** Profile of pipelines that name none. */
  readonly endpoint?: string;
  /** Limits; each counts where the pipeline has none of its kind. */
  readonly budget?: Budget;
}

/** What a pipeline may name. */
export interface PlanContext {
  /** Built-in templates by id. */
  readonly templates: ReadonlyMap<string, Template>;
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** By precedence, the first of a name wins; `sample` is added. */
  readonly profiles: readonly NamedProfile[];
  /** Profiles with mistakes, to say so where one of them is named. */
  readonly broken?: readonly BrokenProfile[];
  /** Workspace folder, absolute: the one that holds `.openline`. */
  readonly root: string;
  readonly overrides?: PlanOverrides;
  readonly defaults?: PlanDefaults;
  /** Folders with the user's own `*.prompt.md`, which a name finds after the built-in and the workspace's templates. */
  readonly userTemplatesFolders?: readonly string[];
  /** Text of a template file by its absolute path, where it is not to be read from the disk; undefined: it is. */
  readonly textOf?: (path: string) => string | undefined;
  /** Told of every template that a step uses. */
  readonly onTemplate?: (use: TemplateUse) => void;
  /** Told what is known of the records of each step, by its id, whether or not the pipeline is right. */
  readonly onFields?: (fields: ReadonlyMap<string, KnownFields>) => void;
}

/** What is shared while one pipeline is planned. */
export interface Planning {
  /** Absolute path of the pipeline file. */
  readonly file: string;
  /** Its folder. */
  readonly folder: string;
  readonly pipeline: ReadPipeline;
  readonly context: PlanContext;
  readonly overrides: PlanOverrides;
  readonly problems: Problems;
}
