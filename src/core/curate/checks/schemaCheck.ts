import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { parseJson, type Json, type JsonObject } from '../../record/json.ts';
import { regularExpression } from '../regularExpression.ts';

/** Most problems that are named of one value. */
const SHOWN = 3;

/**
 * Makes a test of JSON Schema (draft 2020-12). `format` is an annotation, as the standard has it. Patterns are matched in
 * linear time. Nothing is loaded from elsewhere: a `$ref` leads into the schema itself.
 *
 * @returns a function that tells what is wrong with a value, null when nothing is; a text is read as JSON unless the
 *   schema takes it as it is
 * @throws Error when the schema is wrong
 */
export function compileSchema(schema: JsonObject | boolean): (value: Json) => string | null {
  const safe = (pattern: string): { test: (text: string) => boolean; toString: () => string } => {
    const expression = regularExpression(pattern);
    // Ajv tells patterns apart by their text.
    return { test: (text) => expression.test(text), toString: () => pattern };
  };
  const ajv = new Ajv2020({
    allErrors: true,
    strictSchema: false,
    validateFormats: false,
    logger: false,
    code: { regExp: Object.assign(safe, { code: '' }) },
  });
  const validate = ajv.compile(schema);
  const test = (value: Json): string | null => (validate(value) ? null : describe(validate.errors ?? []));
  return (value) => {
    const wrong = test(value);
    if (wrong === null || typeof value !== 'string') return wrong;
    const parsed = parseJson(unfenced(value));
    if (parsed === undefined) return 'the text is not JSON';
    return test(parsed);
  };
}

/** JSON that a model put into a fence. */
function unfenced(text: string): string {
  return /^\s*```(?:json)?[^\S\n]*\n(?<inside>[\s\S]*?)\n```\s*$/u.exec(text)?.groups?.['inside'] ?? text;
}

function describe(errors: readonly ErrorObject[]): string {
  const parts = errors.slice(0, SHOWN).map(({ instancePath, message, params }) => {
    const extra: unknown = params['additionalProperty'];
    const name = typeof extra === 'string' ? ` (${extra})` : '';
    return `${instancePath === '' ? 'the value' : instancePath} ${message ?? 'does not fit'}${name}`;
  });
  const more = errors.length - parts.length;
  return `${parts.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
