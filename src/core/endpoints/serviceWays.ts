import type { Json, JsonObject } from '../record/json.ts';
import { presetOf } from './presets.ts';
import type { EndpointProfile } from './profile.ts';
import type { ReasoningForm } from './reasoning/reasoningForm.ts';

/** What a service takes and gives otherwise than the protocol says: the profile's own words, else its preset's. */
export interface ServiceWays {
  /** The service as people know it. */
  readonly title: string;
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  readonly reasoning: ReasoningForm;
  /** Parameters that are left out for a model. */
  refused(model: string): readonly string[];
  /** Usual name → the service's own. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** A body as the service takes it, and what had to be changed for it, in sentences without their end. */
export interface FittedBody {
  readonly body: JsonObject;
  readonly changes: readonly string[];
}

export function waysOf(profile: EndpointProfile): ServiceWays {
  const preset = presetOf(profile);
  return {
    title: preset?.title ?? 'the service',
    maxTokensField: profile.max_tokens_field ?? preset?.maxTokensField ?? 'max_tokens',
    reasoning: profile.reasoning ?? preset?.reasoning ?? 'none',
    refused: (model) => [
      ...(preset?.refusedParameters ?? []),
      ...(preset?.refusedBy?.models.test(model) === true ? preset.refusedBy.parameters : []),
    ],
    renamed: preset?.renamedParameters ?? {},
  };
}

/** Renames and leaves out what the service would refuse. */
export function fitBody(body: JsonObject, model: string, ways: ServiceWays): FittedBody {
  const refused = new Set(ways.refused(model));
  const fitted: Record<string, Json> = {};
  const changes: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    const own = Object.hasOwn(ways.renamed, name) ? ways.renamed[name] : undefined;
    if (refused.has(name)) {
      if (!isWithoutEffect(name, value)) changes.push(`${ways.title} does not take \`${name}\`; it is left out`);
    } else if (own !== undefined) {
      changes.push(`${ways.title} takes \`${name}\` as \`${own}\`; it is sent under that name`);
      fitted[own] = value;
    } else fitted[name] = value;
  }
  return changes.length === 0 && Object.keys(fitted).length === Object.keys(body).length
    ? { body, changes }
    : { body: fitted, changes };
}

/** What asks for nothing that the service would not do anyway, or for what only we need. */
function isWithoutEffect(name: string, value: Json): boolean {
  return (name === 'n' && value === 1) || name === 'stream_options';
}
