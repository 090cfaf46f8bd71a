/** What there was too little of. */
export interface Shortage {
  /** A value or step; null: there is only one thing that is wanted. */
  readonly of: string | null;
  readonly there: number;
  readonly wanted: number;
}

/** Shortages that are told one by one. */
const TOLD = 5;

/** A sentence about a step that was to take more records than there were; null where there were enough. */
export function tooFew(step: string, found: readonly Shortage[]): string | null {
  const shortages = found.filter(({ there, wanted }) => there < wanted);
  if (shortages.length === 0) return null;
  const told = shortages.slice(0, TOLD).map(({ of, there, wanted }) => {
    return `${of === null ? '' : `${JSON.stringify(of)}: `}${there} of ${wanted}`;
  });
  const more = shortages.length > TOLD ? `, and ${shortages.length - TOLD} more` : '';
  return `step ${step}: there were fewer records than wanted (${told.join(', ')}${more})`;
}
