/** Where templates are used: told while a pipeline is planned, whether or not its templates are right. */
import type { FilePosition } from '../errors.ts';
import type { Template } from '../prompts/template.ts';
import { HISTORY_PLACEHOLDER } from './asking.ts';
import type { KnownFields } from './knownFields.ts';
import type { Planning } from './planContext.ts';
import { SCHEMA_PLACEHOLDER } from './planJson.ts';
import type { StepDraft } from './readPipeline.ts';

/** A step that asks with a template, and what it fills in there. */
export interface TemplateUse {
  /** Id of the step, or `conversion`. */
  readonly step: string;
  readonly template: Pick<Template, 'id' | 'source'>;
  /** The placeholders it has; none where no record fills them. */
  readonly placeholders: readonly string[];
  /** Where the pipeline names the template, or the recipe that does. */
  readonly at: FilePosition;
  /** Placeholders that are filled in. */
  readonly supplies: readonly string[];
  /** Records may have further fields, which cannot be known before they are read. */
  readonly isOpen: boolean;
  /** Placeholders without which something would not reach the model: those of the built-in it replaces, else what the step gives. */
  readonly expected: readonly string[];
  /** Placeholder ← dotted path of a record field. */
  readonly bind: Readonly<Record<string, string>>;
  /** Placeholder ← fixed value. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Id of the built-in template in whose place it stands; null: in none's. */
  readonly replaces: string | null;
}

type Values = Readonly<Record<string, string | number>>;

/** What a step gives to the template it asks with. */
export interface GivenValues {
  readonly bind?: Readonly<Record<string, string>> | undefined;
  readonly values?: Values | undefined;
  /** Values that the step brings along. */
  readonly provided: Readonly<Record<string, string>>;
  /** Fields of the records that come in. */
  readonly fields: KnownFields;
}

/** Tells the caller of planning, where it listens, that a step uses a template. */
export function tellUse(
  template: Template,
  draft: StepDraft,
  at: FilePosition,
  given: GivenValues,
  { context, pipeline }: Planning,
): void {
  if (context.onTemplate === undefined) return;
  const { bind = {}, provided, fields } = given;
  const values = { ...pipeline.input.values, ...provided, ...given.values };
  const own = [...Object.keys(bind), ...Object.keys(provided), ...Object.keys(given.values ?? {})];
  const history = draft.step?.dialogue === undefined ? [] : [HISTORY_PLACEHOLDER];
  const usual = usualTemplate(draft);
  const replaced = usual !== null && usual !== template.id ? context.templates.get(usual) : undefined;
  const expected = replaced?.placeholders ?? [...new Set([...(draft.fromRecipe ? [] : own), ...history])];
  context.onTemplate({
    step: draft.id,
    template: { id: template.id, source: template.source },
    placeholders: template.placeholders,
    at,
    supplies: [...new Set([...own, ...Object.keys(values), ...history, ...(fields ?? [])])],
    isOpen: fields === null,
    // A schema that the template does not show reaches the model all the same.
    expected: expected.filter((name) => name !== SCHEMA_PLACEHOLDER || !Object.hasOwn(provided, name)),
    bind,
    values,
    replaces: replaced?.id ?? null,
  });
}

/** Name of the template that a step has when nothing replaces it. */
function usualTemplate({ step }: StepDraft): string | null {
  for (const kind of Object.values(step ?? {})) {
    if (typeof kind === 'object' && 'prompt' in kind && typeof kind.prompt === 'string') return kind.prompt;
  }
  return null;
}
