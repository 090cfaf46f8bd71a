import { type Diagnostic, InvalidInputError } from '../errors.ts';
import { nearestName } from '../files/nearestName.ts';
import { scanTemplate } from './scanTemplate.ts';

/** Values for placeholders, by name. */
export type TemplateValues = Readonly<Record<string, string | number>>;

/**
 * A template that is ready to be filled in, many times and fast. Values that no placeholder asks for are ignored.
 *
 * @throws InvalidInputError (`missing-value`) naming the placeholder that has no value and the values there are
 */
export type CompiledTemplate = (values: TemplateValues) => string;

/**
 * Prepares a template's text for rendering. Values are inserted literally: braces, `$&` and backslashes in them mean
 * nothing. Numbers are written as JavaScript writes them.
 *
 * @throws InvalidInputError when the text is not a template (see scanTemplate); the diagnostics have no position
 */
export function compileTemplate(body: string): CompiledTemplate {
  const { segments, problems } = scanTemplate(body);
  if (problems.length > 0) {
    throw new InvalidInputError(
      problems.map(({ code, message }): Diagnostic => ({ severity: 'error', code, message })),
    );
  }
  // texts[i] stands before names[i]; the last text stands at the end.
  const texts: string[] = [];
  const names: string[] = [];
  let text = '';
  for (const segment of segments) {
    if (segment.kind === 'placeholder') {
      texts.push(text);
      names.push(segment.name);
      text = '';
    } else {
      text += segment.text;
    }
  }
  const last = text;

  return (values) => {
    let rendered = '';
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? '';
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) throw missingValue(name, values);
      rendered += `${texts[index] ?? ''}${value}`;
    }
    return rendered + last;
  };
}

/**
 * Fills in a template once; `compileTemplate` is for filling it in often.
 *
 * @throws InvalidInputError when the text is not a template, or a placeholder has no value
 */
export function renderTemplate(body: string, values: TemplateValues): string {
  return compileTemplate(body)(values);
}

function missingValue(name: string, values: TemplateValues): InvalidInputError {
  const given = Object.keys(values);
  const nearest = nearestName(name, given);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  const there = given.length === 0 ? 'there are no values' : `there are values for ${given.join(', ')}`;
  return InvalidInputError.of('missing-value', `the placeholder {${name}} has no value${hint}; ${there}`);
}
