/**
 * The rest of a text behind the line it was told to begin with, without white space at the ends.
 *
 * @returns null when it does not begin with it
 */
export function cutPrefix(text: string, prefix: string): string | null {
  const trimmed = text.trim();
  const announced = prefix.trim();
  return trimmed.startsWith(announced) ? trimmed.slice(announced.length).trim() : null;
}
