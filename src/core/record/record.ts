import type { JsonObject } from './json.ts';
import type { Key, Place } from './key.ts';

/** One step in the history of a record: which step made it, under which key, from which answer. */
export interface Origin {
  readonly step: string;
  readonly key: Key;
  /** Address of the journalled answer it was read from; absent where no model was asked. */
  readonly address?: string;
  /** Addresses of all the answers it was read from, where there are several. */
  readonly addresses?: readonly string[];
  readonly parent?: Origin;
}

/** A record on its way through a pipeline: its fields, its identity, its place and how it came to be. */
export interface Item {
  readonly fields: JsonObject;
  readonly key: Key;
  readonly place: Place;
  readonly origin?: Origin;
}
