/** Tools that tell what there is to build with: recipes, steps, endpoints. */
import * as z from 'zod';
import { unknownName } from '../files/checkValue.ts';
import { InvalidInputError } from '../errors.ts';
import { stepSchema } from '../pipeline/pipelineSchema.ts';
import type { Recipe } from '../pipeline/recipeLibrary.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { placeOf } from './planning.ts';
import { rootsOf } from './places.ts';
import { defineTool, type ToolAnswer } from './tool.ts';

export const listRecipes = defineTool({
  name: 'list_recipes',
  title: 'List Recipes',
  description:
    'Lists the recipes of Openline: ready-made pipelines that make synthetic training data (questions about documents, dialogues, preference pairs, rewritten texts …). With `recipe`, tells the parameters of one, with an example of the records it makes. Call it before propose_pipeline.',
  input: z.object({ recipe: z.string().optional().describe('Id of the recipe to describe; default: list all') }),
  effect: 'reads',
  async run({ recipe: id }, { library }): Promise<ToolAnswer> {
    const { recipes } = await library();
    if (id === undefined) {
      const rows = [...recipes.values()].map(({ id: name, title, description }) => ({ id: name, title, description }));
      return { facts: { recipes: rows }, next: 'list_recipes with the id of one tells its parameters' };
    }
    const recipe = recipes.get(id);
    if (recipe === undefined)
      throw InvalidInputError.of('unknown-recipe', unknownName(id, [...recipes.keys()], 'a recipe'));
    return { facts: describeRecipe(recipe), next: 'propose_pipeline with these parameters in `with`' };
  },
});

function describeRecipe({ id, title, description, parameters, exactlyOne, example }: Recipe): JsonObject {
  return {
    id,
    title,
    description,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, { starter: _starter, advanced: _advanced, ...parameter }]) => [
        name,
        // What is undefined does not come into JSON.
        JSON.parse(JSON.stringify(parameter)) as Json,
      ]),
    ),
    exactly_one_of: exactlyOne,
    example_record: example,
  };
}

/** Keys of a step that are no kind of step. */
const COMMON_KEYS: ReadonlySet<string> = new Set(['id', 'from', 'when']);

export const describeSteps = defineTool({
  name: 'describe_steps',
  title: 'Describe Steps',
  description:
    'Lists the kinds of steps that a pipeline of one’s own is made of (read, generate, filter, dedup, judge …). With `step`, gives the JSON Schema of one kind. Needed only where no recipe fits.',
  input: z.object({ step: z.string().optional().describe('Kind of step, such as `generate`; default: list all') }),
  effect: 'reads',
  run({ step }): Promise<ToolAnswer> {
    const kinds = Object.entries(stepSchema.shape).filter(([name]) => !COMMON_KEYS.has(name));
    if (step === undefined) {
      const rows = kinds.map(([kind, schema]) => ({ kind, does: schema.description ?? '' }));
      return Promise.resolve({
        facts: { steps: rows, form: 'steps: [{ id: NAME, KIND: { … }, from: STEP }, …] in place of recipe and with' },
        next: 'describe_steps with one of them gives its JSON Schema',
      });
    }
    const found = kinds.find(([kind]) => kind === step);
    if (found === undefined)
      throw InvalidInputError.of(
        'unknown-step',
        unknownName(
          step,
          kinds.map(([kind]) => kind),
          'a kind of step',
        ),
      );
    const schema = z.toJSONSchema(found[1], { target: 'draft-7', io: 'input' }) as JsonObject;
    return Promise.resolve({ facts: { kind: step, schema } });
  },
});

export const listEndpoints = defineTool({
  name: 'list_endpoints',
  title: 'List Endpoints',
  description:
    'Lists the endpoint profiles that pipelines can ask: name, kind, address, model, prices per million tokens. Never tells keys. `sample` is built in, needs no network and costs nothing: use it to try things out.',
  input: z.object({}),
  effect: 'reads',
  async run(_input, context): Promise<ToolAnswer> {
    const rows: JsonObject[] = [];
    for (const root of await rootsOf(context)) {
      const { profiles, defaults } = await context.profilesOf(root);
      for (const { name, profile } of profiles) {
        if (rows.some((row) => row['name'] === name)) continue;
        const { kind, model = null, prices } = profile;
        rows.push({
          ...{ name, kind, model, where: placeOf(profile), default: defaults.endpoint === name },
          ...(prices === undefined ? {} : { prices: { prompt: prices.prompt, completion: prices.completion } }),
        });
      }
    }
    return { facts: { endpoints: rows } };
  },
});
