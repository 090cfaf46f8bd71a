/**
 * Writes down what the validators of endpoint profiles say, in the manifest's setting, and the tools for language models. To be run when the form of profiles
 * has changed, or a tool for language models: `npm run schemas`. (The schema of `endpoints.yaml` is made with every build.)
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { profileJsonSchema } from '../../src/core/endpoints/profileJsonSchema.ts';
import { isJsonObject, parseJson, type Json } from '../../src/core/record/json.ts';
import { languageModelTools } from './languageModelTools.ts';
import { root } from './machine.ts';

const PLACE = ['contributes', 'configuration', 'properties', 'openline.endpoints', 'additionalProperties'];

/** A copy with another value at a place; everything else stays as and where it is. */
function replaced(value: Json | undefined, [name, ...rest]: readonly string[], by: Json): Json {
  if (name === undefined) return by;
  if (!isJsonObject(value)) throw new Error(`package.json has no ${PLACE.join(' › ')}`);
  return { ...value, [name]: replaced(value[name], rest, by) };
}

const path = join(root, 'package.json');
const withProfiles = replaced(parseJson(await readFile(path, 'utf8')), PLACE, profileJsonSchema());
const manifest = replaced(withProfiles, ['contributes', 'languageModelTools'], languageModelTools());
await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
