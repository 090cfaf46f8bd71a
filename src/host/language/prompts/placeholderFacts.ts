/** What is known of the placeholders of a template: from its sample, from the steps that use it, from the built-in it replaces. */
import { l10n } from 'vscode';
import { readFrontMatter } from '../../../core/prompts/frontMatter.ts';
import { scanTemplate } from '../../../core/prompts/scanTemplate.ts';
import type { PromptSurroundings } from './promptLanguage.ts';
import type { PromptPlaces } from './promptPlaces.ts';

export interface PlaceholderFact {
  readonly name: string;
  /** Sentences, each on one aspect: where its value comes from. */
  readonly sources: readonly string[];
  readonly sample: string | number | undefined;
}

/** By name, those that are filled in somewhere first. */
export function placeholderFacts(
  { parts }: PromptPlaces,
  { uses, builtIns }: PromptSurroundings,
): ReadonlyMap<string, PlaceholderFact> {
  const { values } = readFrontMatter(parts.yaml?.text ?? '');
  const sources = new Map<string, string[]>();
  const add = (name: string, source: string): void => {
    const known = sources.get(name) ?? [];
    if (!known.includes(source)) sources.set(name, [...known, source]);
  };
  for (const { step, pipeline, supplies, values: fixed, bind, replaces } of uses) {
    for (const name of supplies) {
      const field = bind[name];
      if (field !== undefined) add(name, l10n.t('{0}, step {1}: the field {2} of the record', pipeline, step, field));
      else if (Object.hasOwn(fixed, name)) {
        add(name, l10n.t('{0}, step {1}: the value {2}', pipeline, step, shorten(String(fixed[name]))));
      } else add(name, l10n.t('{0}, step {1}: the field of the same name', pipeline, step));
    }
    const builtIn = replaces === null ? undefined : builtIns.get(replaces);
    for (const name of builtIn?.placeholders ?? [])
      add(name, l10n.t('The built-in template {0} has it.', replaces ?? ''));
  }
  for (const name of Object.keys(values.sample)) if (!sources.has(name)) sources.set(name, []);
  for (const name of scanTemplate(parts.body).placeholders) if (!sources.has(name)) sources.set(name, []);
  const samples = new Map(Object.entries(values.sample));
  return new Map([...sources].map(([name, found]) => [name, { name, sources: found, sample: samples.get(name) }]));
}

export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
