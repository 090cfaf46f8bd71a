import * as z from 'zod';
import type { JsonObject } from '../../record/json.ts';

/** An input or output as the model declares it. */
export interface DeclaredTensor {
  readonly name: string;
  /** KServe's name of the datatype, such as `INT64`. */
  readonly datatype: string;
  /** The batch first, where there is one; −1: any length. */
  readonly shape: readonly number[];
  /** False where the model must be given it; undefined where nothing is known of that. */
  readonly optional: boolean | undefined;
}

/** What a model says of itself. */
export interface ModelFacts {
  readonly inputs: readonly DeclaredTensor[];
  readonly outputs: readonly DeclaredTensor[];
  /** How many prompts it takes in one request, at least 1. */
  readonly maxBatchSize: number;
}

const tensorSchema = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.coerce.number()).min(1),
});
const metadataSchema = z.object({ inputs: z.array(tensorSchema), outputs: z.array(tensorSchema) });
const configSchema = z.object({
  max_batch_size: z.int().min(0).default(0),
  input: z.array(z.object({ name: z.string(), optional: z.boolean().optional() })).default([]),
});

/**
 * Reads the answers of `/v2/models/{model}` and of Triton's `/config`.
 *
 * @param config null where the service has none: then nothing is known of batches and of what may be left out
 * @returns null when the metadata are none
 */
export function readModelFacts(metadata: unknown, config: unknown): ModelFacts | null {
  const read = metadataSchema.safeParse(metadata);
  if (!read.success) return null;
  const settings = configSchema.safeParse(config);
  const optional = new Map(
    settings.success ? settings.data.input.map((input) => [input.name, input.optional ?? false]) : [],
  );
  return {
    inputs: read.data.inputs.map((input) => ({ ...input, optional: optional.get(input.name) })),
    outputs: read.data.outputs.map((output) => ({ ...output, optional: undefined })),
    maxBatchSize: settings.success ? Math.max(1, settings.data.max_batch_size) : 1,
  };
}

/** Whether a service announces the binary tensor extension. */
export function takesBinary(server: JsonObject): boolean {
  const extensions: unknown = server['extensions'];
  return Array.isArray(extensions) && extensions.includes('binary_tensor_data');
}
