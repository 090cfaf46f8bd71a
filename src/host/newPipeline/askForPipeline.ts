import { join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { loadRecipes, type Recipe } from '../../core/pipeline/recipeLibrary.ts';
import type { RecipeParameter } from '../../core/pipeline/recipeSchema.ts';
import type { Json } from '../../core/record/json.ts';
import type { NewPipelineDeps } from '../commands/newPipeline.ts';
import type { KnownProfile } from '../endpoints/profileStore.ts';
import { COMMANDS, PIPELINE_ENDING } from '../ids.ts';
import { askAll, askPick, askText, BACK, LEFT, type Pick, type Question } from '../input/steps.ts';
import { askedParameters, initialText, readParameter } from '../../core/pipeline/parameterQuestions.ts';
import { shownRecipe } from '../wording/shownRecipe.ts';
import { chooseFolder, freeName, namesIn, pipelineNameProblem, writePipeline } from './writePipeline.ts';

/** What is known so far; each question fills in its part. */
interface Draft {
  recipe: Recipe | undefined;
  /** Which one of the recipe's sources was chosen, where it has several. */
  source: string | undefined;
  readonly values: Map<string, Json>;
  endpoint: KnownProfile | undefined;
  model: string;
  name: string;
}

/** Asks step by step and writes the file. @returns its place, or undefined when the person left */
export async function askForPipeline(deps: NewPipelineDeps): Promise<vscode.Uri | undefined> {
  const folder = await chooseFolder();
  if (folder === undefined) return undefined;
  const recipes = inUsualOrder([...(await loadRecipes(join(deps.library, 'recipes'))).values()].map(shownRecipe));
  const { profiles, defaultName } = await deps.profiles.all();
  const names = await namesIn(folder);
  const draft: Draft = {
    recipe: undefined,
    source: undefined,
    values: new Map(),
    endpoint: profiles.find((known) => known.name === defaultName),
    model: '',
    name: '',
  };
  const questions = (): readonly Question[] => {
    const { recipe } = draft;
    // The number of steps is that of the first recipe until one is chosen.
    const shape = recipe ?? recipes[0];
    if (shape === undefined) return [];
    return [
      askRecipe(draft, recipes),
      ...(shape.exactlyOne.length === 0 ? [] : [askSource(draft, shape)]),
      ...askedParameters(shape, draft.source, draft.values).map((name) => askParameter(draft, shape, name)),
      askEndpoint(draft, async () => (await deps.profiles.all()).profiles),
      ...(draft.endpoint?.profile.model === undefined && draft.endpoint !== undefined ? [askModel(draft)] : []),
      askName(draft, names),
    ];
  };
  if (!(await askAll(l10n.t('New Pipeline'), questions))) return undefined;
  const { recipe, endpoint, name } = draft;
  if (recipe === undefined || endpoint === undefined) return undefined;
  // Going back may have left answers to questions that are not asked any more.
  const asked = askedParameters(recipe, draft.source, draft.values);
  const values = Object.fromEntries([...draft.values].filter(([key]) => asked.includes(key)));
  return writePipeline(folder, { recipe, endpoint: endpoint.name, model: draft.model, values, name }, deps.library);
}

/** What people begin with stands first, what builds on it behind; any other recipe follows by its name. */
const USUAL_ORDER: readonly string[] = [
  'open-qa',
  'closed-qa',
  'writing',
  'math',
  'python',
  'answers',
  'preference',
  'peft-curation',
  'dialogue',
  'two-turn',
  'classify-entities',
  'instructions',
  'multilingual-qa',
  'diverse-qa',
  'wikipedia',
];

export function inUsualOrder(recipes: readonly Recipe[]): readonly Recipe[] {
  const rank = ({ id }: Recipe): number => (USUAL_ORDER.includes(id) ? USUAL_ORDER.indexOf(id) : USUAL_ORDER.length);
  return recipes.toSorted((one, other) => rank(one) - rank(other));
}

function askRecipe(draft: Draft, recipes: readonly Recipe[]): Question {
  return async (standing) => {
    const answer = await askPick<Recipe>({
      ...standing,
      placeholder: l10n.t('What data do you want to make?'),
      items: recipes.map((recipe) => ({
        label: recipe.title,
        description: recipe.id,
        detail: recipe.description,
        value: recipe,
      })),
      ...(draft.recipe === undefined ? {} : { active: draft.recipe }),
    });
    if (answer === BACK || answer === LEFT) return answer;
    if (answer !== draft.recipe) {
      draft.values.clear();
      draft.source = undefined;
      draft.name = '';
    }
    draft.recipe = answer;
    return undefined;
  };
}

function askSource(draft: Draft, { exactlyOne, parameters }: Recipe): Question {
  return async (standing) => {
    const answer = await askPick<string>({
      ...standing,
      placeholder: l10n.t('Where does it read from?'),
      items: preferredFirst(exactlyOne, parameters).map((name) => ({
        label: name,
        detail: parameters[name]?.description ?? '',
        value: name,
      })),
      ...(draft.source === undefined ? {} : { active: draft.source }),
    });
    if (answer === BACK || answer === LEFT) return answer;
    for (const name of exactlyOne) if (name !== answer) draft.values.delete(name);
    draft.source = answer;
    return undefined;
  };
}

/** The source that the recipe has an example for comes first. */
function preferredFirst(
  names: readonly string[],
  parameters: Readonly<Record<string, RecipeParameter>>,
): readonly string[] {
  const rank = (name: string): number => (parameters[name]?.example === undefined ? 1 : 0);
  return names.toSorted((a, b) => rank(a) - rank(b));
}

function askParameter(draft: Draft, recipe: Recipe, name: string): Question {
  const parameter = recipe.parameters[name];
  return async (standing) => {
    if (parameter === undefined) return undefined;
    const before = draft.values.get(name);
    if (parameter.choices !== undefined) {
      const answer = await askPick<string>({
        ...standing,
        placeholder: parameter.description,
        items: parameter.choices.map((choice) => ({ label: choice, value: choice })),
        active: initialText(parameter, before),
      });
      if (answer === BACK || answer === LEFT) return answer;
      draft.values.set(name, answer);
      return undefined;
    }
    const isList = parameter.type === 'list' || parameter.type === 'files';
    const answer = await askText({
      ...standing,
      prompt: isList ? l10n.t('{0} (several: separated by commas)', parameter.description) : parameter.description,
      placeholder: name,
      value: initialText(parameter, before),
      check: (text) => {
        const read = readParameter(text, parameter);
        return 'problem' in read ? l10n.t('{0} must be {1}', name, read.problem) : undefined;
      },
    });
    if (answer === BACK || answer === LEFT) return answer;
    const read = readParameter(answer, parameter);
    if ('value' in read) draft.values.set(name, read.value);
    return undefined;
  };
}

function askEndpoint(draft: Draft, known: () => Promise<readonly KnownProfile[]>): Question {
  return async (standing) => {
    const profiles = await known();
    const chosen = profiles.find(({ name }) => name === draft.endpoint?.name);
    const items: Pick<KnownProfile | undefined>[] = profiles.map((one) => ({
      label: one.name,
      description:
        one.home.kind === 'builtin'
          ? l10n.t('built in, needs no service')
          : [one.profile.model, one.profile.kind === 'vscode-lm' ? l10n.t('a model of VS Code') : one.profile.base_url]
              .filter((part) => part !== undefined)
              .join(' · '),
      value: one,
    }));
    const answer = await askPick<KnownProfile | undefined>({
      ...standing,
      placeholder: l10n.t('Which endpoint answers?'),
      items: [...items, { label: `$(add) ${l10n.t('Add Endpoint')}`, value: undefined }],
      ...(chosen === undefined ? {} : { active: chosen }),
    });
    if (answer === BACK || answer === LEFT) return answer;
    if (answer === undefined) {
      await vscode.commands.executeCommand(COMMANDS.addEndpoint);
      // What was answered so far is kept: the new endpoint stands ready to be taken.
      const names = new Set(profiles.map(({ name }) => name));
      const added = (await known()).find(({ name }) => !names.has(name));
      if (added !== undefined) draft.endpoint = added;
      return askEndpoint(draft, known)(standing);
    }
    draft.endpoint = answer;
    if (answer.profile.model !== undefined) draft.model = '';
    return undefined;
  };
}

function askModel(draft: Draft): Question {
  return async (standing) => {
    const answer = await askText({
      ...standing,
      prompt: l10n.t('Model: {0} has no default', draft.endpoint?.name ?? ''),
      value: draft.model,
      check: (text) => (text.trim() === '' ? l10n.t('The name of a model of the service') : undefined),
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.model = answer.trim();
    return undefined;
  };
}

function askName(draft: Draft, taken: ReadonlySet<string>): Question {
  return async (standing) => {
    const answer = await askText({
      ...standing,
      prompt: l10n.t('Name of the pipeline: the file is NAME{0}, the data go to data/NAME.jsonl', PIPELINE_ENDING),
      value: draft.name === '' ? freeName(draft.recipe?.id ?? 'pipeline', taken) : draft.name,
      check: (text) => pipelineNameProblem(text.trim(), taken),
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.name = answer.trim();
    return undefined;
  };
}
