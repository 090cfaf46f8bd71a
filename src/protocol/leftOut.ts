import * as z from 'zod/mini';
import type { LeftOut } from '../core/datasets/view/viewTypes.ts';

export type { LeftOut };

export const leftOutSchema = z.nullable(z.object({ count: z.number(), line: z.number(), why: z.string() }));
