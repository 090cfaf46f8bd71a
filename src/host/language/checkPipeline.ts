import { join } from 'node:path';
import { InvalidInputError, type Diagnostic } from '../../core/errors.ts';
import { planPipeline } from '../../core/pipeline/planPipeline.ts';
import { loadRecipes } from '../../core/pipeline/recipeLibrary.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { loadTemplateLibrary } from '../../core/prompts/templateLibrary.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';

export interface CheckPipelineOptions {
  readonly file: string;
  /** As it stands in the editor, saved or not. */
  readonly text: string;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly profiles: ProfileStore;
}

/** What is wrong with the text of a pipeline: what a run would say before it sends anything. */
export async function checkPipeline(options: CheckPipelineOptions): Promise<readonly Diagnostic[]> {
  const { file, text, library, profiles } = options;
  const root = await findWorkspaceRoot(file);
  const [templates, recipes, known] = await Promise.all([
    loadTemplateLibrary(join(library, 'prompts')),
    loadRecipes(join(library, 'recipes')),
    profiles.ofRoot(root),
  ]);
  try {
    const { warnings } = await planPipeline(
      { file, text },
      { templates, recipes, profiles: known.profiles, root, overrides: {} },
    );
    return warnings;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.diagnostics;
    throw error;
  }
}
