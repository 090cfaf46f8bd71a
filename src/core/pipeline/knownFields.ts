import { nearestName } from '../files/nearestName.ts';

/** The fields that every record of a step has; null: they depend on data and cannot be known before. */
export type KnownFields = ReadonlySet<string> | null;

/** The fields on which a step can rely that reads from several: those that all of them have. */
export function commonFields(sources: readonly KnownFields[]): KnownFields {
  const [first, ...rest] = sources;
  if (first === undefined) return new Set();
  let common = first;
  for (const fields of rest) {
    if (common === null || fields === null) return null;
    const both: ReadonlySet<string> = fields;
    common = new Set([...common].filter((name) => both.has(name)));
  }
  return common;
}

/** Whether records have a field, as far as can be known; of a dotted path the first part decides. */
export function mayHaveField(fields: KnownFields, path: string): boolean {
  return fields === null || fields.has(path) || fields.has(path.split('.', 1)[0] ?? path);
}

/** Says that a field is not there, and what is. */
export function unknownField(path: string, fields: ReadonlySet<string>): string {
  const names = [...fields];
  const nearest = nearestName(path, names);
  const guess = nearest === undefined ? '' : ` (did you mean \`${nearest}\`?)`;
  const there = names.length === 0 ? 'they have none yet' : `they have ${names.join(', ')}`;
  return `the records here have no field \`${path}\`${guess}; ${there}`;
}
