/** What two texts differ in: of records field by field. No DOM here. */

export interface ChangedPart {
  /** Name of the field; empty where it is a text as a whole. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** @param isJson the texts are JSON objects; `problem` says why the second is none */
export function changedParts(
  before: string,
  after: string,
  isJson: boolean,
): { readonly parts: readonly ChangedPart[]; readonly problem: string | null } {
  if (!isJson) return { parts: before === after ? [] : [{ name: '', before, after }], problem: null };
  const [old, next] = [parse(before), parse(after)];
  if ('problem' in next) return { parts: [], problem: next.problem };
  const fields = 'problem' in old ? new Map<string, string>() : old.fields;
  const names = new Set([...fields.keys(), ...next.fields.keys()]);
  const parts = [...names].flatMap((name) => {
    const [was, is] = [fields.get(name) ?? '', next.fields.get(name) ?? ''];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
  return { parts, problem: null };
}

function parse(text: string): { readonly fields: ReadonlyMap<string, string> } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: text.slice(0, 40) };
    const shown = (member: unknown): string => (typeof member === 'string' ? member : JSON.stringify(member, null, 2));
    return { fields: new Map(Object.entries(value).map(([name, member]) => [name, shown(member)])) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
