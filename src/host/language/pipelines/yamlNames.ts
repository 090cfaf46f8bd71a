import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { writeReference } from '../../../core/pipeline/templateReferences.ts';
import { findWorkspaceRoot } from '../../../core/pipeline/workspaceRoot.ts';
import { endpointsFileOf } from '../../endpoints/profileStore.ts';
import { checkName } from '../../endpoints/profileName.ts';
import { nameProblem } from '../../templates/chooseTemplate.ts';
import { templateRename } from '../../templates/renameTemplate.ts';
import type { TemplateEntry, TemplateFiles } from '../../templates/templateFiles.ts';
import type { FileCatalog } from '../../workspace/fileCatalog.ts';
import { fieldOccurrences, type FieldOccurrence } from './fieldOccurrences.ts';
import { renameField, type FieldFacts, type FieldObstacle } from './fieldRename.ts';
import { isPipelineDocument } from './languageFile.ts';
import { hasProfile, nameOccurrences, type NameOccurrence } from './nameOccurrences.ts';
import { yamlDataOf } from './yamlPlace.ts';
import type { YamlDefinition } from './yamlDefinition.ts';

export interface YamlNamesOptions {
  readonly pipelines: FileCatalog;
  readonly templates: TemplateFiles;
  readonly definition: YamlDefinition;
  /** Ids of the built-in templates. */
  readonly builtIns: () => Promise<ReadonlySet<string>>;
  readonly userFolder: string;
  /** Plans the text of a pipeline, to see what becomes of its fields. */
  readonly fieldFacts: (file: string, text: string) => Promise<FieldFacts>;
}

/** A file that names something. */
interface NamingFile {
  readonly document: vscode.TextDocument;
  readonly occurrences: readonly NameOccurrence[];
}

/**
 * Follows the names of steps, fields, profiles and templates: where they are used, and what changes when they get another
 * name. Steps and fields live in their pipeline, a profile in all pipelines of its project and the file that declares it, a
 * template in its own file and everywhere that names it.
 */
export class YamlNames implements vscode.RenameProvider, vscode.ReferenceProvider {
  readonly #options: YamlNamesOptions;

  constructor(options: YamlNamesOptions) {
    this.#options = options;
  }

  async prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<{ range: vscode.Range; placeholder: string }> {
    const field = fieldAt(document, position);
    if (field !== undefined) return { range: rangeOf(document, field), placeholder: field.name };
    const name = this.#nameAt(document, position);
    if (name.kind === 'profile') await this.#checkProfile(document, name.name);
    const placeholder =
      name.kind === 'template' ? (await this.#templateOf(document, position, name.name)).id : name.name;
    return { range: rangeOf(document, name), placeholder };
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
  ): Promise<vscode.WorkspaceEdit> {
    const field = fieldAt(document, position);
    if (field !== undefined) return this.#renameField(document, field.name, newName);
    const name = this.#nameAt(document, position);
    if (name.kind === 'template')
      return this.#renameTemplate(await this.#templateOf(document, position, name.name), newName);
    if (name.kind === 'profile') await this.#checkProfile(document, name.name);
    const files = await this.#filesNaming(document, name);
    check(name, newName, files);
    const edit = new vscode.WorkspaceEdit();
    for (const file of files) {
      for (const occurrence of file.occurrences) {
        const range = rangeOf(file.document, occurrence);
        edit.replace(file.document.uri, range, writeReference(newName, file.document.getText(range)));
      }
    }
    return edit;
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
  ): Promise<vscode.Location[]> {
    const field = fieldAt(document, position);
    if (field !== undefined) {
      return fieldOccurrences(document.getText())
        .filter((one) => one.name === field.name && (includeDeclaration || !one.isDeclaration))
        .map((one) => new vscode.Location(document.uri, rangeOf(document, one)));
    }
    const name = this.#find(document, position);
    if (name === undefined) return [];
    const files = await this.#filesNaming(document, name);
    return files.flatMap((file) =>
      file.occurrences
        .filter(({ isDeclaration }) => includeDeclaration || !isDeclaration)
        .map((occurrence) => new vscode.Location(file.document.uri, rangeOf(file.document, occurrence))),
    );
  }

  #find(document: vscode.TextDocument, position: vscode.Position): NameOccurrence | undefined {
    const offset = document.offsetAt(position);
    return nameOccurrences(document.getText(), isPipelineDocument(document)).find(
      ({ start, end }) => start <= offset && offset <= end,
    );
  }

  /** @throws Error with what the person is told where there is no name that can be followed */
  #nameAt(document: vscode.TextDocument, position: vscode.Position): NameOccurrence {
    const name = this.#find(document, position);
    if (name === undefined) throw new Error(l10n.t('Steps, fields, endpoint profiles and templates can be renamed.'));
    return name;
  }

  /** The files in which something is named, with the places. Those without any are left out. */
  async #filesNaming(document: vscode.TextDocument, { kind, name }: NameOccurrence): Promise<readonly NamingFile[]> {
    const documents = kind === 'step' ? [document] : await this.#project(document);
    return documents.flatMap((one) => {
      const all = nameOccurrences(one.getText(), isPipelineDocument(one));
      const occurrences = all.filter((occurrence) => occurrence.kind === kind && occurrence.name === name);
      return occurrences.length === 0 ? [] : [{ document: one, occurrences }];
    });
  }

  /** The pipelines and the file of profiles of the project that a document belongs to. */
  async #project(document: vscode.TextDocument): Promise<readonly vscode.TextDocument[]> {
    const root = await findWorkspaceRoot(document.uri.fsPath);
    const documents: vscode.TextDocument[] = [];
    for (const uri of await this.#options.pipelines.look()) {
      if (uri.scheme !== 'file' || (await findWorkspaceRoot(uri.fsPath)) !== root) continue;
      documents.push(await vscode.workspace.openTextDocument(uri));
    }
    const profiles = await openIfThere(endpointsFileOf(root));
    return profiles === undefined ? documents : [...documents, profiles];
  }

  /** @throws Error where the profile is declared in the settings or built in */
  async #checkProfile(document: vscode.TextDocument, name: string): Promise<void> {
    const file = endpointsFileOf(await findWorkspaceRoot(document.uri.fsPath));
    const profiles = await openIfThere(file);
    if (profiles !== undefined && hasProfile(yamlDataOf(profiles.getText()), name)) return;
    throw new Error(
      l10n.t(
        '{0} is not in {1}: it is built in, or stands in the settings.',
        name,
        vscode.workspace.asRelativePath(file),
      ),
    );
  }

  /** @throws Error where the template is none that can be renamed */
  async #templateOf(document: vscode.TextDocument, position: vscode.Position, name: string): Promise<TemplateEntry> {
    const [link] = (await this.#options.definition.provideDefinition(document, position)) ?? [];
    const entry = link === undefined ? undefined : await this.#options.templates.find(link.targetUri.fsPath);
    if (link?.targetUri.scheme !== 'file' || entry === undefined) {
      throw new Error(
        l10n.t('{0} is built in, or there is no such template. Duplicate it to have one of your own.', name),
      );
    }
    return entry;
  }

  async #renameField(document: vscode.TextDocument, name: string, newName: string): Promise<vscode.WorkspaceEdit> {
    if (!vscode.workspace.isTrusted) throw new Error(l10n.t('Fields can be renamed in trusted workspaces.'));
    const renamed = await renameField(document.getText(), name, newName, async (text) =>
      this.#options.fieldFacts(document.uri.fsPath, text),
    );
    if ('obstacle' in renamed) throw new Error(obstacleText(renamed.obstacle, name));
    const edit = new vscode.WorkspaceEdit();
    for (const change of renamed.changes) edit.replace(document.uri, rangeOf(document, change), change.text);
    return edit;
  }

  async #renameTemplate(entry: TemplateEntry, newName: string): Promise<vscode.WorkspaceEdit> {
    const { pipelines, templates, builtIns, userFolder } = this.#options;
    const others = (await templates.list()).filter(({ key }) => key !== entry.key);
    const problem = nameProblem(newName, others);
    if (problem !== undefined) throw new Error(problem);
    const known = await builtIns();
    const { edit } = await templateRename(entry, newName, { pipelines, userFolder, isBuiltIn: (id) => known.has(id) });
    return edit;
  }
}

function fieldAt(document: vscode.TextDocument, position: vscode.Position): FieldOccurrence | undefined {
  if (!isPipelineDocument(document)) return undefined;
  const offset = document.offsetAt(position);
  return fieldOccurrences(document.getText()).find(({ start, end }) => start <= offset && offset <= end);
}

function obstacleText(obstacle: FieldObstacle, field: string): string {
  switch (obstacle.kind) {
    case 'no-name':
      return l10n.t('A field’s name is a word of letters, digits and “_”, and none that means something of its own.');
    case 'not-made-here':
      return l10n.t(
        '{0} comes from what is read, from a JSON Schema, or has its usual name: no step of this pipeline names it as its own. A step “modify: rename” gives it another name from there on.',
        field,
      );
    case 'taken':
      return l10n.t('There is a field {0} already.', obstacle.name);
    case 'program':
      return l10n.t('The step {0} is a program of your own, which may read {1}.', obstacle.name, field);
    case 'review':
      return l10n.t('The step {0} applies decisions about records that have {1}.', obstacle.name, field);
    case 'cannot-be-followed':
      return l10n.t(
        'Something takes {0} by its usual name, or in a way that does not stand in the pipeline. A step “modify: rename” gives it another name from there on.',
        field,
      );
  }
}

/** @throws Error with what is wrong with the new name */
function check({ kind }: NameOccurrence, newName: string, files: readonly NamingFile[]): void {
  const taken = new Set(
    files.flatMap(({ document }) =>
      nameOccurrences(document.getText(), isPipelineDocument(document))
        .filter((one) => one.kind === kind && one.isDeclaration)
        .map(({ name }) => name),
    ),
  );
  if (kind === 'profile') {
    const problem = checkName(newName, taken);
    if (problem !== undefined) throw new Error(problem);
    return;
  }
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/u.test(newName)) {
    throw new Error(l10n.t('A step’s id is a word of letters, digits, “_” and “-”.'));
  }
  if (taken.has(newName)) throw new Error(l10n.t('There is a step {0} already.', newName));
}

function rangeOf(document: vscode.TextDocument, { start, end }: Pick<NameOccurrence, 'start' | 'end'>): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

async function openIfThere(path: string): Promise<vscode.TextDocument | undefined> {
  return vscode.workspace.openTextDocument(vscode.Uri.file(path)).then(
    (document) => document,
    () => undefined,
  );
}
