/** How many decisions of each kind there are. */
export interface ReviewTally {
  readonly accepted: number;
  readonly rejected: number;
  readonly edited: number;
  readonly rated: number;
  readonly noted: number;
}
