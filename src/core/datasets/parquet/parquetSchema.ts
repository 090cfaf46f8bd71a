import type { SchemaElement } from 'hyparquet';
import { isJsonObject, type Json } from '../../record/json.ts';
import type { ValueShape } from './valueShape.ts';

/** The schema of a file with these columns, in the flat form that Parquet has. Every value may be null. */
export function parquetSchema(columns: ReadonlyMap<string, ValueShape>): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.size },
    ...[...columns].flatMap(([name, shape]) => elementsOf(name, shape)),
  ];
}

/** Lists have the three levels that the specification asks for (LogicalTypes.md, Lists). */
function elementsOf(name: string, shape: ValueShape): SchemaElement[] {
  const own = { name, repetition_type: 'OPTIONAL' } as const;
  switch (shape.kind) {
    case 'boolean':
      return [{ ...own, type: 'BOOLEAN' }];
    case 'integer':
      return [{ ...own, type: 'INT64' }];
    case 'number':
      return [{ ...own, type: 'DOUBLE' }];
    case 'list':
      return [
        { ...own, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elementsOf('element', shape.element),
      ];
    case 'struct':
      return [
        { ...own, num_children: shape.members.size },
        ...[...shape.members].flatMap(([member, inner]) => elementsOf(member, inner)),
      ];
    case 'none':
    case 'text':
    case 'mixed':
      return [{ ...own, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  }
}

/** A value as the writer wants it for its shape. */
export function parquetValue(value: Json | undefined, shape: ValueShape): unknown {
  if (value === undefined || value === null) return null;
  switch (shape.kind) {
    case 'integer':
      return BigInt(value as number);
    case 'list':
      return (value as readonly Json[]).map((element) => parquetValue(element, shape.element));
    case 'struct':
      return Object.fromEntries(
        [...shape.members].map(([name, inner]) => [name, parquetValue(memberOf(value, name), inner)]),
      );
    case 'mixed':
      return JSON.stringify(value);
    default:
      return value;
  }
}

function memberOf(value: Json, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
