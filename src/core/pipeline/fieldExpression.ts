import type { FilePosition } from '../errors.ts';
import { ExpressionError, parseExpression } from './expression.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { Problems } from './problems.ts';

/** Tells what is wrong with an expression over the fields of records, at its place in the file. */
export function checkFieldExpression(
  text: string,
  fields: KnownFields,
  at: FilePosition,
  problems: Problems,
  key = 'when',
): void {
  try {
    const { names } = parseExpression(text);
    for (const name of names) {
      if (fields !== null && !mayHaveField(fields, name)) {
        problems.error('unknown-field', `in \`${key}\`: ${unknownField(name, fields)}`, at);
      }
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    problems.error('bad-expression', `in \`${key}\`: ${error.message}`, preciseAt(at, text, error));
  }
}

/** The columns of a mistake, where those of the expression are those of the file: not within quotes or a block. */
export function preciseAt(at: FilePosition, text: string, error: ExpressionError): FilePosition {
  const isPlain = at.endColumn !== undefined && at.column !== undefined && at.endColumn - at.column === text.length;
  if (!isPlain) return at;
  return { ...at, column: (at.column ?? 1) + error.column - 1, endColumn: (at.column ?? 1) + error.endColumn - 1 };
}
