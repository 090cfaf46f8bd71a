/** How records came to be, as it stands in `lineage.jsonl` and `rejects.jsonl`. */
import { formatKey } from '../record/key.ts';
import type { Origin } from '../record/record.ts';

/**
 * Tells how records came to be, as the members of a JSON list, first step first. Records that were read from one answer come
 * one after the other and share all but the last step, so what was told of their parent is kept.
 */
export function createHistory(): (origin: Origin | undefined) => string {
  let parent: Origin | undefined;
  let toldOfParent = '';
  return (origin) => {
    if (origin?.parent === undefined) return told(origin);
    if (origin.parent !== parent) {
      ({ parent } = origin);
      toldOfParent = told(parent);
    }
    return `${toldOfParent},${stageOf(origin)}`;
  };
}

function told(origin: Origin | undefined): string {
  const stages: string[] = [];
  for (let at = origin; at !== undefined; at = at.parent) stages.push(stageOf(at));
  return stages.reverse().join(',');
}

/** Neither a key nor an address holds a character that JSON escapes. */
function stageOf({ step, key, address, addresses }: Origin): string {
  const head = `{"step":${JSON.stringify(step)},"key":"${formatKey(key)}"`;
  // Of a record that was made from several answers, each is told.
  if (addresses !== undefined) return addresses.map((at) => `${head},"at":"${at}"}`).join(',');
  return address === undefined ? `${head}}` : `${head},"at":"${address}"}`;
}
