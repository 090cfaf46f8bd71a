import * as z from 'zod';
import type { JsonObject } from '../record/json.ts';
import { formatterSchema } from './formatters/formatterSchema.ts';
import { reasoningSchema } from './reasoning/reasoningForm.ts';
import { carriesSecret } from './secretNames.ts';

/** The kinds of service Openline speaks to. */
export const ENDPOINT_KINDS = ['openai', 'openai-completions', 'nemo-deploy', 'pool', 'vscode-lm', 'sample'] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** How tensors travel to a KServe service. */
export const TENSOR_FORMATS = ['auto', 'json', 'binary'] as const;

/** Names with values that stand in a file for everybody to read, so none of them may be a secret. */
const openValues = (what: string) =>
  z.record(z.string(), z.string()).refine((values) => !Object.entries(values).some(carriesSecret), {
    error: `a ${what} that carries a secret does not belong in a profile; use \`auth\` (the key itself is entered with Set Key or named by \`api_key_env\`)`,
  });

/** How a service that takes requests by the file is used, and what it allows; the defaults are OpenAI's. */
const batchOptions = z.strictObject({
  window: z
    .string()
    .regex(/^[1-9]\d*[hd]$/u, { error: 'a span such as 24h or 7d' })
    .default('24h')
    .describe('Time in which the service is to answer a batch, as it names it (`completion_window`)'),
  max_requests: z.int().min(1).default(50_000).describe('Requests in a batch at the most'),
  max_megabytes: z.number().positive().default(200).describe('Size of a batch’s file at the most, in megabytes'),
  attempts: z
    .int()
    .min(1)
    .default(3)
    .describe('Batches that a request travels in at the most, when it expires or fails for a passing reason'),
  poll_s: z
    .number()
    .positive()
    .default(60)
    .describe('Seconds between two looks at a batch at the most; the first follow each other faster'),
});

/** Sample endpoint: how it behaves. */
const sampleOptions = z.strictObject({
  seed: z.int().default(0).describe('Another seed gives other answers'),
  latency_ms: z.number().min(0).default(0).describe('Milliseconds each answer takes, on average'),
  fault_rate: z.number().min(0).max(1).default(0).describe('Share of requests that fail with a passing fault (0 to 1)'),
  garbage_rate: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Share of answers that cannot be read as what was asked for (0 to 1)'),
});

/** Endpoint profile as it stands in `.openline/endpoints.yaml` and in the setting `openline.endpoints`. Never a key. */
export const endpointProfileSchema = z.strictObject({
  kind: z.enum(ENDPOINT_KINDS).default('openai').describe('Protocol of the service'),
  base_url: z
    .url({
      protocol: /^https?$/u,
      error: 'a base URL starts with http:// or https://, such as http://localhost:8000/v1',
    })
    .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '', {
      error: 'a base URL holds no user name or password; use `auth` and a key',
    })
    .refine((text) => !URL.canParse(text) || ![...new URL(text).searchParams].some(carriesSecret), {
      error: 'a base URL holds no secret in its query; use `auth` and a key',
    })
    .optional()
    .describe('Where the service is, such as http://localhost:8000/v1'),
  model: z.string().min(1).optional().describe('Model that is used when a pipeline names none'),
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/u, { error: 'the name of an environment variable (never the key itself)' })
    .optional()
    .describe('Environment variable that holds the key, for the command'),
  auth: z
    .union([z.enum(['bearer', 'none']), z.strictObject({ header: z.string().min(1) })])
    .default('bearer')
    .describe('How the key is sent: as a bearer token, in a header of its own, or not at all'),
  headers: openValues('header').default({}).describe('Further headers (no secrets)'),
  query: openValues('query parameter')
    .default({})
    .describe('Further query parameters, such as api-version (no secrets)'),
  preset: z
    .string()
    .min(1)
    .optional()
    .describe('Service whose ways are known, such as groq; default: the one that the base URL belongs to'),
  max_tokens_field: z
    .enum(['max_tokens', 'max_completion_tokens'])
    .optional()
    .describe('Name under which the service takes the limit of an answer; default: the preset’s, else max_tokens'),
  reasoning: reasoningSchema.optional().describe('How the service returns what a model thought; default: the preset’s'),
  formatter: formatterSchema
    .optional()
    .describe('How a conversation becomes one text, for the kinds openai-completions and nemo-deploy'),
  tensors: z
    .enum(TENSOR_FORMATS)
    .default('auto')
    .describe('Kind nemo-deploy: tensors as JSON or binary; auto: binary where the service says that it can'),
  replicas: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Kind pool: names of the profiles that share the work'),
  json_mode: z
    .enum(['schema', 'object', 'none'])
    .optional()
    .describe(
      'How the service is told that an answer is to be JSON: response_format with the schema, without it, or in words alone; default: what is known of the service',
    ),
  mode: z
    .enum(['interactive', 'batch'])
    .default('interactive')
    .describe(
      'How it is asked: each request by itself, or gathered in files by the service’s Batch API, mostly at half the price and within a day',
    ),
  batch: batchOptions.optional().describe('Limits of `mode: batch`; default: those of OpenAI'),
  max_concurrency: z.int().min(1).optional().describe('Requests in flight at the most; 16 where nothing else is said'),
  rpm: z.int().min(0).default(0).describe('Requests per minute; 0: no limit'),
  tpm: z.int().min(0).default(0).describe('Tokens per minute; 0: no limit'),
  timeout_s: z.number().positive().default(600).describe('Seconds a request may take'),
  retries: z.int().min(0).default(8).describe('How often a request that failed for a passing reason is sent again'),
  prices: z
    .strictObject({
      prompt: z.number().min(0),
      completion: z.number().min(0),
      batch_discount: z.number().min(0).max(1).optional(),
    })
    .optional()
    .describe('Prices per million tokens; `batch_discount: 0.5` says that a batch costs half'),
  identity: z
    .string()
    .min(1)
    .optional()
    .describe('What counts as the same service when answers are reused; default: kind and base URL'),
  tags: z.array(z.string().min(1)).optional().describe('Words of your own, shown and searched in lists'),
  sample: sampleOptions.optional().describe('Behaviour of the sample endpoint'),
});

/** A validated profile with its defaults filled in. */
export type EndpointProfile = z.infer<typeof endpointProfileSchema>;

export type BatchOptions = z.infer<typeof batchOptions>;

/** How a profile's service takes batches, with what it leaves out filled in. */
export function batchOptionsOf({ batch }: Pick<EndpointProfile, 'batch'>): BatchOptions {
  return batch ?? batchOptions.parse({});
}

/** The file `.openline/endpoints.yaml`. */
export const endpointsFileSchema = z.strictObject({
  default: z.string().min(1).optional().describe('Profile of pipelines that name none'),
  endpoints: z.record(z.string().min(1), endpointProfileSchema).default({}),
});

/** A profile under its name, with the key that was found for it (kept in memory only). */
export interface NamedProfile {
  readonly name: string;
  readonly profile: EndpointProfile;
  readonly key?: string;
  /** Of a pool: its replicas, with their keys; filled in when it is looked up among all profiles. */
  readonly replicas?: readonly NamedProfile[];
}

/** A named profile as it travels between processes. */
export const namedProfileSchema = z.object({
  name: z.string(),
  profile: endpointProfileSchema,
  key: z.string().optional(),
  replicas: z
    .array(z.object({ name: z.string(), profile: endpointProfileSchema, key: z.string().optional() }))
    .optional(),
});

/** What of a profile may stand in `run.json`: everything but nothing secret (a profile holds no secret). */
export type ProfileRecord = EndpointProfile & JsonObject;
