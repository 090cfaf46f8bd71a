import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { InvalidInputError } from '../errors.ts';
import type { Diagnostic } from '../errors.ts';
import { checkYaml, YamlSource } from '../files/yamlSource.ts';
import { endpointsFileSchema } from './profile.ts';
import type { EndpointProfile, NamedProfile } from './profile.ts';
import { replicaProblem } from './pool/findProfile.ts';
import { profileProblems } from './profileProblems.ts';
import { resolveProfilePaths } from './profilePaths.ts';

/**
 * The profiles of `.openline/endpoints.yaml`, in the order of the file and without keys; none where there is no file.
 *
 * @throws InvalidInputError with line and column of everything that is wrong
 */
export async function readEndpointsFile(path: string): Promise<readonly NamedProfile[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw InvalidInputError.of('unreadable-file', 'the file cannot be read', { file: path });
  });
  if (text === null) return [];
  const folders = [dirname(path), dirname(dirname(path))];
  return parseEndpoints(path, text).map((named) => resolveProfilePaths(named, folders));
}

/** Name of the profile that such a file gives to pipelines that name none; undefined where it says nothing or is wrong. */
export async function readDefaultEndpoint(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const { contents } = parseDocument(text);
  const checked = endpointsFileSchema.shape.default.safeParse(isMap(contents) ? contents.get('default') : undefined);
  return checked.success ? checked.data : undefined;
}

/**
 * Reads the text of such a file.
 *
 * @param file name or path that diagnostics show
 * @throws InvalidInputError with line and column of everything that is wrong
 */
export function parseEndpoints(file: string, text: string): readonly NamedProfile[] {
  const source = new YamlSource(file, text);
  return readSource(source);
}

/**
 * Says what is wrong with the text of such a file, down to the replicas of its pools.
 *
 * @param elsewhere profiles that stand in other places and may be replicas
 */
export function checkEndpoints(file: string, text: string, elsewhere: readonly NamedProfile[]): readonly Diagnostic[] {
  const source = new YamlSource(file, text);
  try {
    const own = readSource(source);
    const all = [...own, ...elsewhere.filter(({ name }) => !own.some((one) => one.name === name))];
    return own.flatMap(({ name, profile }) => {
      const replicas = (profile.replicas ?? []).flatMap((replica) => all.find((one) => one.name === replica) ?? []);
      const problem = replicaProblem({ name, profile, replicas });
      if (problem === null) return [];
      return [source.problemAt(['endpoints', name, 'replicas'], 'value', 'unknown-endpoint', problem)];
    });
  } catch (error) {
    if (error instanceof InvalidInputError) return error.diagnostics;
    throw error;
  }
}

function readSource(source: YamlSource): readonly NamedProfile[] {
  // A file with nothing but comments has no profiles, which is no mistake.
  if (source.value === null && source.problems.length === 0) return [];
  const checked = checkYaml(source, endpointsFileSchema);
  if (!('value' in checked)) throw new InvalidInputError(checked.diagnostics);
  const { endpoints } = checked.value;
  const diagnostics = Object.entries(endpoints).flatMap(([name, profile]) => problemsOf(source, name, profile));
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  return Object.entries(endpoints).map(([name, profile]) => ({ name, profile }));
}

/** What no single field can tell. */
function problemsOf(source: YamlSource, name: string, profile: EndpointProfile): Diagnostic[] {
  return profileProblems(name, profile).map(({ field, code, message }) => {
    const path = field === null ? ['endpoints', name] : ['endpoints', name, field];
    return source.problemAt(path, 'key', code, message);
  });
}
