/** The commands about templates, in a part that is loaded when the first of them is used. */
import * as vscode from 'vscode';
import { registerDeleteTemplate } from '../commands/deleteTemplate.ts';
import { registerDuplicateTemplate } from '../commands/duplicateTemplate.ts';
import { registerExportTemplates } from '../commands/exportTemplates.ts';
import { registerFindTemplateUses } from '../commands/findTemplateUses.ts';
import { registerImportTemplates } from '../commands/importTemplates.ts';
import { registerNewTemplate } from '../commands/newTemplate.ts';
import { registerPreviewTemplate } from '../commands/previewTemplate.ts';
import { registerRenameTemplate } from '../commands/renameTemplate.ts';
import { registerTryTemplate } from '../commands/tryTemplate.ts';
import { registerUseTemplate } from '../commands/useTemplate.ts';
import type { TemplateDeps } from './templateService.ts';

export function registerTemplateCommands(deps: TemplateDeps): vscode.Disposable {
  const commands = [
    registerDeleteTemplate,
    registerDuplicateTemplate,
    registerExportTemplates,
    registerFindTemplateUses,
    registerImportTemplates,
    registerNewTemplate,
    registerPreviewTemplate,
    registerRenameTemplate,
    registerTryTemplate,
    registerUseTemplate,
  ];
  return vscode.Disposable.from(...commands.map((register) => register(deps)));
}
