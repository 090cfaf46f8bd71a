/**
 * Which record it is: the path of list indices by which it came into being. A step that can yield several
 * records appends the index in the list as the model gave it; several sources prefix the source's index.
 */
export type Key = readonly number[];

/** Where a record stands in the order. Sorting, shuffling and blending give new places and leave keys alone. */
export type Place = readonly number[];

/** The key as it stands in files: integers joined by dots; the empty key is "0". */
export function formatKey(key: Key): string {
  const [first = 0] = key;
  // By far the most frequent one of large files, several times a record.
  return key.length <= 1 ? String(first) : key.join('.');
}

/**
 * Order of two places: element by element; of a place and one of its descendants the descendant comes first.
 * (That is the order in which a depth-first worker finishes them, and it is total.)
 */
export function comparePlaces(a: Place, b: Place): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}
