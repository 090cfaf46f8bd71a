/** Narrowest and widest that a column becomes by itself, in pixels. */
export const NARROWEST_COLUMN = 60;
const WIDEST = 320;
/** Room for a character, and for what is around a text. */
const CHARACTER = 7.2;
const AROUND = 26;

/**
 * How wide columns are that fit what is in them, in pixels: short values need no wide ones.
 *
 * @param names of the columns
 * @param rows of which the cells are measured, in the order of the columns
 */
export function fittingWidths(
  names: readonly string[],
  rows: readonly { readonly cells: readonly (string | null)[] }[],
): ReadonlyMap<string, number> {
  return new Map(
    names.map((name, index) => {
      const longest = rows.reduce((most, { cells }) => Math.max(most, cells[index]?.length ?? 0), name.length);
      return [name, Math.round(Math.min(WIDEST, Math.max(NARROWEST_COLUMN, longest * CHARACTER + AROUND)))];
    }),
  );
}
