/** One file of the language, with what is known around it: what all the editor's features of it start from. */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { ENDPOINTS_SCHEMA_FILE, PIPELINE_SCHEMA_FILE } from '../../../core/pipeline/editorSchemas.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/record/json.ts';
import { PIPELINE_ENDING } from '../../ids.ts';
import { lazily } from '../../lazily.ts';
import { workspaceTemplatesFolder, type TemplateFiles } from '../../templates/templateFiles.ts';
import type { PipelineChecker, PipelineSurroundings } from '../pipelineChecker.ts';
import { namesOf, promptKeys, shownPath, type NameFacts } from './pipelineNames.ts';
import type { SchemaValue } from './schemaWalk.ts';
import { pipelineSkeletons, profileSkeletons } from './skeletons.ts';
import type { SuggestionSource } from './suggestions.ts';
import { roleInPipeline, roleInProfiles } from './valueRole.ts';

/** Files that the features are for. */
export const LANGUAGE_FILES: vscode.DocumentSelector = [
  { scheme: 'file', pattern: `**/*${PIPELINE_ENDING}` },
  { scheme: 'file', pattern: '**/.openline/endpoints.yaml' },
];
export const PIPELINE_FILES: vscode.DocumentSelector = { scheme: 'file', pattern: `**/*${PIPELINE_ENDING}` };

/** What stands in other files (templates, profiles) is looked at again after so long, in milliseconds. */
const FRESH_MS = 2000;

export interface LanguageContextOptions {
  readonly checker: () => Promise<PipelineChecker>;
  readonly templates: TemplateFiles;
  /** Folder of the JSON Schemas. */
  readonly schemas: string;
}

/** What is known of a file. */
export interface LanguageFile {
  readonly source: SuggestionSource;
  readonly around: PipelineSurroundings;
}

/** Finds out what is known around a document. The schemas are read once. */
export class LanguageContext {
  readonly #options: LanguageContextOptions;
  readonly #pipelineSchema: () => Promise<JsonObject>;
  readonly #endpointsSchema: () => Promise<JsonObject>;
  readonly #known = new WeakMap<
    vscode.TextDocument,
    { readonly version: number; readonly at: number; readonly file: Promise<LanguageFile> }
  >();

  constructor(options: LanguageContextOptions) {
    this.#options = options;
    this.#pipelineSchema = lazily(() => readSchema(join(options.schemas, PIPELINE_SCHEMA_FILE)));
    this.#endpointsSchema = lazily(() => readSchema(join(options.schemas, ENDPOINTS_SCHEMA_FILE)));
  }

  /** The same as before while the text is the same, for as long as it takes to complete, hover and look up at one place. */
  of(document: vscode.TextDocument): Promise<LanguageFile> {
    const { version } = document;
    const known = this.#known.get(document);
    if (known?.version === version && Date.now() - known.at < FRESH_MS) return known.file;
    const file = this.#look(document);
    this.#known.set(document, { version, at: Date.now(), file });
    return file;
  }

  async #look(document: vscode.TextDocument): Promise<LanguageFile> {
    const file = document.uri.fsPath;
    const isPipeline = isPipelineDocument(document);
    const checker = await this.#options.checker();
    const around = await checker.surroundings(file, isPipeline ? document.getText() : '');
    const facts: NameFacts = {
      ...around,
      templates: isPipeline ? await namedTemplates(this.#options.templates, file, around) : [],
    };
    const source: SuggestionSource = {
      schema: await (isPipeline ? this.#pipelineSchema() : this.#endpointsSchema()),
      roleOf: isPipeline ? roleInPipeline : roleInProfiles,
      namesOf: (role, place) => namesOf(role, place, facts),
      keysOf: (place) => (isPipeline ? promptKeys(place, facts) : []),
      skeletons: isPipeline ? pipelineSkeletons : profileSkeletons,
    };
    return { source, around };
  }
}

/** Templates as a pipeline names them. The workspace's own first: those of its folder by name, others by path. */
export async function namedTemplates(
  files: TemplateFiles,
  file: string,
  { templates, root }: Pick<PipelineSurroundings, 'templates' | 'root'>,
): Promise<readonly SchemaValue[]> {
  const found = new Map<string, string>();
  for (const { id, home, path } of await files.list()) {
    if (home === 'builtin') continue;
    const isNamed = home === 'user' || dirname(path) === workspaceTemplatesFolder(root);
    const name = isNamed ? id : shownPath(relative(dirname(file), path).split(sep).join('/'));
    // A name of a built-in template never means another one.
    if (!(isNamed && templates.has(id)) && !found.has(name)) found.set(name, vscode.workspace.asRelativePath(path));
  }
  for (const { id, description } of templates.values()) found.set(id, description);
  return [...found].map(([value, description]) => ({ value, description }));
}

export function isPipelineDocument({ uri }: Pick<vscode.TextDocument, 'uri'>): boolean {
  return uri.path.endsWith(PIPELINE_ENDING);
}

export async function readSchema(path: string): Promise<JsonObject> {
  const schema = parseJson(await readFile(path, 'utf8'));
  if (!isJsonObject(schema)) throw new Error(`${path} holds no JSON Schema; install the extension anew.`);
  return schema;
}
