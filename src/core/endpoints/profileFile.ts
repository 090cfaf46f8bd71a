import { readFile } from 'node:fs/promises';
import { isMap, parseDocument } from 'yaml';
import { InvalidInputError } from '../errors.ts';
import type { Diagnostic } from '../errors.ts';
import { checkYaml, YamlSource } from '../files/yamlSource.ts';
import { endpointsFileSchema } from './profile.ts';
import type { EndpointKind, EndpointProfile, NamedProfile } from './profile.ts';
import { SAMPLE_NAME } from './sampleProfile.ts';

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
  return text === null ? [] : parseEndpoints(path, text);
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
  // A file with nothing but comments has no profiles, which is no mistake.
  if (source.value === null && source.problems.length === 0) return [];
  const checked = checkYaml(source, endpointsFileSchema);
  if (!('value' in checked)) throw new InvalidInputError(checked.diagnostics);
  const { endpoints } = checked.value;
  const diagnostics = Object.entries(endpoints).flatMap(([name, profile]) => problemsOf(source, name, profile));
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  return Object.entries(endpoints).map(([name, profile]) => ({ name, profile }));
}

/** Kinds that are reached without an address. */
const ADDRESSLESS: ReadonlySet<EndpointKind> = new Set<EndpointKind>(['sample', 'vscode-lm']);

/** What no single field can tell. */
function problemsOf(source: YamlSource, name: string, profile: EndpointProfile): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const path = ['endpoints', name];
  if (name === SAMPLE_NAME) {
    const message = `\`${name}\` is the name of the built-in endpoint; give this one another`;
    problems.push(source.problemAt(path, 'key', 'reserved-name', message));
  }
  if (!ADDRESSLESS.has(profile.kind) && profile.base_url === undefined) {
    const message = `the endpoint ${name} needs a \`base_url\`, such as http://localhost:8000/v1`;
    problems.push(source.problemAt(path, 'key', 'missing-key', message));
  }
  if (profile.kind !== 'sample' && profile.sample !== undefined) {
    problems.push(
      source.problemAt([...path, 'sample'], 'key', 'unknown-key', '`sample` belongs to the kind sample only'),
    );
  }
  return problems;
}
