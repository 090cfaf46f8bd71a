import type { RedactedKind } from './redact.ts';
import type { PlainEdit } from './plainEdits.ts';

/** A change of a text, as it stands in a plan. */
export type Edit =
  | { readonly kind: PlainEdit }
  /** What stands between two places: a marker (the first one, then the next behind it) or an index in characters. */
  | {
      readonly kind: 'slice';
      readonly from?: string | number;
      readonly to?: string | number;
      readonly withMarkers: boolean;
    }
  | { readonly kind: 'remove_lines'; readonly pattern: string; readonly ignoreCase: boolean }
  | { readonly kind: 'replace'; readonly pattern: string; readonly with: string; readonly ignoreCase: boolean }
  /** `{kind}` in `with` stands for the name of what was found. */
  | { readonly kind: 'redact'; readonly kinds: readonly RedactedKind[]; readonly with: string };

/** The changed text, or why it could not be changed. */
export type Edited = { readonly text: string } | { readonly reason: string; readonly message: string };
