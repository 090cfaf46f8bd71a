/** The editor's messages to the child, checked where they come in (core/run/childProtocol.ts). */
import * as z from 'zod';
import { namedProfileSchema } from '../core/endpoints/profile.ts';
import { budgetSchema } from '../core/pipeline/pipelineSchema.ts';
import { CODE_CHOICES } from '../core/run/childProtocol.ts';
import { turnedDownSchema } from '../core/run/runFolder.ts';
import { STOP_KINDS } from '../core/run/stopping.ts';
import { CONFIRM_RUN } from '../core/run/worthAsking.ts';
import { toolOrderSchema } from './childTools.ts';
import { modelMessages } from './childModels.ts';
import { symbolMessage } from './childSymbols.ts';
import { questionSchemas } from './questions.ts';

const count = z.int().min(1).optional();
const choicesSchema = z.object({
  set: z.record(z.string(), z.string()).optional(),
  endpoint: z.string().optional(),
  model: z.string().optional(),
  concurrency: count,
  output: z.string().optional(),
  force: z.boolean().optional(),
  allowOutside: z.boolean().optional(),
  allowScripts: z.boolean().optional(),
  code: z.enum(CODE_CHOICES).optional(),
  fresh: z.boolean().optional(),
  askAgain: turnedDownSchema.optional(),
  more: count,
  limit: count,
  until: z.string().optional(),
  budget: budgetSchema.optional(),
  retryFailed: z.boolean().optional(),
  again: z.boolean().optional(),
  confirm: z.enum(CONFIRM_RUN).optional(),
});
const defaults = z.object({ endpoint: z.string().optional(), budget: budgetSchema.optional() }).optional();
const profiles = z.array(namedProfileSchema);
const position = z.object({
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  endLine: z.int().optional(),
  endColumn: z.int().optional(),
});
const diagnostic = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  position: position.optional(),
});
const broken = z
  .array(z.object({ name: z.string(), diagnostics: z.array(diagnostic), isFile: z.boolean().optional() }))
  .optional();
/** Everything the editor may send. */
export const toChild = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    mode: z.enum(['run', 'preview']),
    file: z.string(),
    profiles,
    broken,
    choices: choicesSchema,
    defaults,
  }),
  z.object({ type: z.literal('resume'), folder: z.string(), profiles, choices: choicesSchema }),
  z.object({ type: z.literal('end-run'), how: z.enum(STOP_KINDS).optional() }),
  z.object({ type: z.literal('test'), profile: namedProfileSchema, model: z.string().optional() }),
  z.object({ type: z.literal('models'), profile: namedProfileSchema }),
  z.object({ type: z.literal('find'), candidates: profiles }),
  z.object({
    type: z.literal('estimate'),
    file: z.string(),
    text: z.string().optional(),
    profiles,
    broken,
    choices: choicesSchema,
    defaults,
  }),
  z.object({
    type: z.literal('rehearse'),
    file: z.string(),
    profiles,
    broken,
    choices: choicesSchema,
    defaults,
    former: z.string().regex(/^[\w-]+$/u),
  }),
  z.object({
    type: z.literal('explain'),
    folder: z.string(),
    target: z.discriminatedUnion('of', [
      z.object({ of: z.literal('record'), id: z.string() }),
      z.object({ of: z.literal('reject'), id: z.string(), step: z.string(), reason: z.string().optional() }),
      z.object({ of: z.literal('question'), at: z.string() }),
    ]),
  }),
  z.object({
    type: z.literal('ray'),
    arguments: z.array(z.string()),
    cwd: z.string(),
    profiles,
    broken,
    defaults,
    variables: z.record(z.string(), z.string()),
    approvals: z.array(z.object({ origin: z.string(), variable: z.string() })),
  }),
  toolOrderSchema,
  ...modelMessages,
  symbolMessage,
  ...questionSchemas,
]);
