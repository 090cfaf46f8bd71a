import type { SourceFormat } from '../datasets/sourceFormats.ts';
import type { Json } from '../record/json.ts';

/** What a value is drawn from. */
export type Sampler =
  /** As likely as their weights, of which one at least is more than 0. */
  | { readonly kind: 'values'; readonly values: readonly Json[]; readonly weights: readonly number[] }
  /** Both ends included. */
  | { readonly kind: 'int'; readonly low: number; readonly high: number }
  | { readonly kind: 'float'; readonly low: number; readonly high: number; readonly decimals: number }
  /** Days, both ends included, as YYYY-MM-DD. */
  | { readonly kind: 'date'; readonly from: string; readonly to: string }
  /** An entry of a file, each as likely. `as: yaml` is a list. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly shown: string;
      readonly as: SourceFormat | 'yaml';
      /** Null: the entry as it is. */
      readonly field: string | null;
    }
  /** Depends on another field. Absent `otherwise`: a record that no case fits is turned down. */
  | {
      readonly kind: 'by';
      readonly field: string;
      readonly cases: Readonly<Record<string, Sampler>>;
      readonly otherwise?: Sampler;
    };

/** What a step of the kind draws: by the seed, the record's key and the field's name alone. */
export interface Drawing {
  readonly seed: number;
  /** In this order; a field may depend on those before it. */
  readonly fields: readonly { readonly field: string; readonly sampler: Sampler }[];
}

type FileSampler = Sampler & { readonly kind: 'file' };

/** The files that values are drawn from. */
export function filesDrawn({ fields }: Drawing): readonly FileSampler[] {
  return fields.flatMap(({ sampler }) => filesOf(sampler));
}

function filesOf(sampler: Sampler): readonly FileSampler[] {
  if (sampler.kind === 'file') return [sampler];
  if (sampler.kind !== 'by') return [];
  const others = sampler.otherwise === undefined ? [] : [sampler.otherwise];
  return [...Object.values(sampler.cases), ...others].flatMap(filesOf);
}

/** A value as the name of a case. */
export function caseName(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
