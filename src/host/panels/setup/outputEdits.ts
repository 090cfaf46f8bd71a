/** Changes of a pipeline's outputs as the form makes them. No `vscode`. */
import { endingOf, OUTPUT_FORMATS, type OutputFormat } from '../../../core/datasets/formats.ts';
import { applyChanges, setYaml } from '../../../core/files/editYaml.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import { valueAt } from '../../language/pipelines/pipelineNames.ts';
import { yamlDataOf, type YamlPath } from '../../language/pipelines/yamlPlace.ts';

/** Keys of an output in their usual order. */
const OUTPUT_KEYS = ['from', 'path', 'format', 'fields', 'license', 'map'];

/** The file that is written where a pipeline says nothing about it. */
export function usualPath(name: string): string {
  return `data/${name}.jsonl`;
}

/** The outputs as a list, also where the file names one path alone. */
export function outputsIn(data: JsonObject, name: string): readonly Json[] {
  const { outputs, output } = data;
  if (Array.isArray(outputs)) return outputs as readonly Json[];
  return [{ path: typeof output === 'string' ? output : usualPath(name) }];
}

/**
 * The text of a pipeline with one value of an output changed. An `output:` that names a path alone becomes one of
 * `outputs:`, and with another format comes its ending.
 *
 * @param path of the value, from `outputs`
 * @param value undefined: it is taken out
 * @param name of the pipeline
 * @param order keys of a pipeline in their usual order
 */
export function changeOutput(
  text: string,
  path: YamlPath,
  value: Json | undefined,
  name: string,
  order: readonly string[],
): string {
  const data = yamlDataOf(text);
  const map = isJsonObject(data) ? data : {};
  const isList = Array.isArray(map['outputs']);
  if (!isList && value === undefined) return text;
  let result = text;
  const set = (at: YamlPath, to: Json | undefined, keys = order): void => {
    result = applyChanges(result, setYaml(result, at, to, { order: keys }));
  };
  if (!isList) {
    set(['outputs'], [...outputsIn(map, name)]);
    set(['output'], undefined);
  }
  set(path, value, OUTPUT_KEYS);
  if (path[2] !== 'format') return result;
  const pathAt = [...path.slice(0, 2), 'path'];
  const written = valueAt(isList ? map : { outputs: outputsIn(map, name) }, pathAt);
  const format = OUTPUT_FORMATS.find((known) => known === (value ?? 'jsonl'));
  if (typeof written === 'string' && format !== undefined) set(pathAt, withEnding(written, format));
  return result;
}

/** A path whose ending is that of a format gets the one of another; one of its own stays. */
function withEnding(path: string, format: OutputFormat): string {
  const present = /\.(?:jsonl|csv|parquet)$/u.exec(path)?.[0] ?? '';
  const isFolder = present === '' && !/\.[^./]*$/u.test(path);
  if (present === '' && !isFolder) return path;
  return `${path.slice(0, path.length - present.length).replace(/\/$/u, '')}${endingOf(format)}`;
}
