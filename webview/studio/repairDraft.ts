/** What somebody has begun to put right and not kept yet: it survives a reload of the window. */
import * as z from 'zod/mini';

export const repairDraftSchema = z.object({
  source: z.string(),
  line: z.number(),
  instruction: z.string(),
  endpoint: z.string(),
  model: z.string(),
  /** The correction as it stands; null: as it was before. */
  corrected: z.nullable(z.string()),
  /** With what it was asked for; empty: by hand. */
  by: z.string(),
});
export type RepairDraft = z.infer<typeof repairDraftSchema>;
