import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { endpointsFileOf } from '../../endpoints/profileStore.ts';
import { PROMPT_ENDING } from '../../ids.ts';
import { builtInUri, userTemplatesFolder, workspaceTemplatesFolder } from '../../templates/templateFiles.ts';
import { isJsonObject } from '../../../core/record/json.ts';
import { isPipelineDocument, type LanguageContext, type LanguageFile } from './languageFile.ts';
import { descriptionOf, schemasAt } from './schemaWalk.ts';
import { lineCounterOf, yamlDataOf, yamlNodeAt, yamlRangeOf, type YamlPath } from './yamlPlace.ts';

/** Leads from a name in a pipeline to what it names: a template, a profile, a step, a schema. */
export class YamlDefinition implements vscode.DefinitionProvider {
  readonly #context: LanguageContext;

  constructor(context: LanguageContext) {
    this.#context = context;
  }

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[] | undefined> {
    const text = document.getText();
    const node = yamlNodeAt(text, document.offsetAt(position));
    if (node === undefined) return undefined;
    const file = await this.#context.of(document);
    const data = yamlDataOf(text);
    const { path, isKey, start, end } = node;
    const written = text.slice(start, end).replaceAll(/^["']|["']$/gu, '');
    const target = isKey
      ? path.length === 2 && path[0] === 'prompts' && isPipelineDocument(document)
        ? stepOf(document, written, data)
        : undefined
      : await this.#target(document, file, path, written, data);
    if (target === undefined) return undefined;
    const origin = new vscode.Range(document.positionAt(start), document.positionAt(end));
    return [{ originSelectionRange: origin, targetUri: target.uri, targetRange: target.range }];
  }

  async #target(
    document: vscode.TextDocument,
    { source, around }: LanguageFile,
    path: YamlPath,
    written: string,
    data: unknown,
  ): Promise<vscode.Location | undefined> {
    if (path.at(-1) === 'json' && path.at(-2) === 'expect') return fileAt(document, written);
    switch (source.roleOf(path, descriptionOf(schemasAt(source.schema, path, data)))) {
      case 'template':
        return templateOf(document, written, around.root, around.templates.has(written));
      case 'step':
        return stepOf(document, written, data);
      case 'profile':
        return profileOf(written, endpointsFileOf(around.root));
      default:
        return undefined;
    }
  }
}

const START = new vscode.Position(0, 0);

/** Finds a template as a run would: a path, a built-in one, the workspace's, the person's own. */
async function templateOf(
  document: vscode.TextDocument,
  name: string,
  root: string,
  isBuiltIn: boolean,
): Promise<vscode.Location | undefined> {
  if (/[\\/]|\.md$/u.test(name)) return fileAt(document, name);
  if (isBuiltIn) return new vscode.Location(builtInUri(name), START);
  for (const folder of [workspaceTemplatesFolder(root), userTemplatesFolder()]) {
    const found = await existing(join(folder, `${name}${PROMPT_ENDING}`));
    if (found !== undefined) return found;
  }
  return undefined;
}

function fileAt(document: vscode.TextDocument, path: string): Promise<vscode.Location | undefined> {
  return existing(resolve(dirname(document.uri.fsPath), path));
}

async function existing(path: string): Promise<vscode.Location | undefined> {
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() === true ? new vscode.Location(vscode.Uri.file(path), START) : undefined;
}

function stepOf(document: vscode.TextDocument, id: string, data: unknown): vscode.Location | undefined {
  const steps = isJsonObject(data) && Array.isArray(data['steps']) ? (data['steps'] as readonly unknown[]) : [];
  const index = steps.findIndex((step) => isJsonObject(step) && step['id'] === id);
  const range = index < 0 ? undefined : yamlRangeOf(document.getText(), ['steps', index, 'id'], 'value');
  if (range === undefined) return undefined;
  return new vscode.Location(
    document.uri,
    new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)),
  );
}

/** A profile of the workspace's file; those of the settings have no place that could be shown. */
async function profileOf(name: string, file: string): Promise<vscode.Location | undefined> {
  const uri = vscode.Uri.file(file);
  const bytes = await vscode.workspace.fs.readFile(uri).then(undefined, () => undefined);
  if (bytes === undefined) return undefined;
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open?.getText() ?? Buffer.from(bytes).toString('utf8');
  const range = yamlRangeOf(text, ['endpoints', name], 'key');
  if (range === undefined) return undefined;
  const at = lineCounterOf(text);
  const [from, to] = [at(range.start), at(range.end)];
  return new vscode.Location(uri, new vscode.Range(from.line, from.column, to.line, to.column));
}
