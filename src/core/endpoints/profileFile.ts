import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { InvalidInputError } from '../errors.ts';
import type { Diagnostic } from '../errors.ts';
import { checkYaml, YamlSource } from '../files/yamlSource.ts';
import * as z from 'zod';
import { endpointProfileSchema, endpointsFileSchema } from './profile.ts';
import type { EndpointProfile, NamedProfile } from './profile.ts';
import { replicaProblem } from './pool/findProfile.ts';
import { profileProblems } from './profileProblems.ts';
import { resolveProfilePaths } from './profilePaths.ts';

/** A profile that cannot be used, and what is wrong with it. */
export interface BrokenProfile {
  readonly name: string;
  readonly diagnostics: readonly Diagnostic[];
  /** A whole file, none of whose profiles can be read. */
  readonly isFile?: boolean;
}

/** The profiles of a file that can be used, in its order, and those with mistakes, which leave the others alone. */
export interface EndpointsFile {
  readonly profiles: readonly NamedProfile[];
  readonly broken: readonly BrokenProfile[];
}

/** A file whose profiles are looked at one by one. */
const fileOfProfiles = endpointsFileSchema.extend({ endpoints: z.record(z.string().min(1), z.unknown()).default({}) });

/**
 * The profiles of `.openline/endpoints.yaml`, without keys; none where there is no file.
 *
 * @throws InvalidInputError with line and column where the file as a whole cannot be read
 */
export async function readEndpointsFile(path: string): Promise<EndpointsFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw InvalidInputError.of('unreadable-file', 'the file cannot be read', { file: path });
  });
  if (text === null) return { profiles: [], broken: [] };
  const folders = [dirname(path), dirname(dirname(path))];
  const { profiles, broken } = readSource(new YamlSource(path, text));
  return { profiles: profiles.map((named) => resolveProfilePaths(named, folders)), broken };
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
  const { profiles, broken } = readSource(new YamlSource(file, text));
  const diagnostics = broken.flatMap((one) => one.diagnostics);
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  return profiles;
}

/**
 * Says what is wrong with the text of such a file, down to the replicas of its pools.
 *
 * @param elsewhere profiles that stand in other places and may be replicas
 */
export function checkEndpoints(file: string, text: string, elsewhere: readonly NamedProfile[]): readonly Diagnostic[] {
  const source = new YamlSource(file, text);
  try {
    const { profiles: own, broken } = readSource(source);
    const all = [...own, ...elsewhere.filter(({ name }) => !own.some((one) => one.name === name))];
    const mistakes = broken.flatMap(({ diagnostics }) => diagnostics);
    // A pool with a broken replica is told of the replica's own mistake.
    const isBroken = (replica: string): boolean => broken.some(({ name }) => name === replica);
    const lacking = own.flatMap(({ name, profile }) => {
      if (profile.replicas?.some(isBroken) === true) return [];
      const replicas = (profile.replicas ?? []).flatMap((replica) => all.find((one) => one.name === replica) ?? []);
      const problem = replicaProblem({ name, profile, replicas });
      if (problem === null) return [];
      return [source.problemAt(['endpoints', name, 'replicas'], 'value', 'unknown-endpoint', problem)];
    });
    return [...mistakes, ...lacking];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.diagnostics;
    throw error;
  }
}

function readSource(source: YamlSource): EndpointsFile {
  // A file with nothing but comments has no profiles, which is no mistake.
  if (source.value === null && source.problems.length === 0) return { profiles: [], broken: [] };
  const file = checkYaml(source, fileOfProfiles);
  if (!('value' in file)) throw new InvalidInputError(file.diagnostics);
  const profiles: NamedProfile[] = [];
  const broken: BrokenProfile[] = [];
  for (const name of Object.keys(file.value.endpoints)) {
    const checked = checkYaml(source, endpointProfileSchema, ['endpoints', name]);
    const diagnostics = 'value' in checked ? problemsOf(source, name, checked.value) : checked.diagnostics;
    if ('value' in checked && diagnostics.length === 0) profiles.push({ name, profile: checked.value });
    else broken.push({ name, diagnostics });
  }
  return { profiles, broken };
}

/** What no single field can tell. */
function problemsOf(source: YamlSource, name: string, profile: EndpointProfile): Diagnostic[] {
  return profileProblems(name, profile).map(({ field, code, message }) => {
    const path = field === null ? ['endpoints', name] : ['endpoints', name, field];
    return source.problemAt(path, 'key', code, message);
  });
}
