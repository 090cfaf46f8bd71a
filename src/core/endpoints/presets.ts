import type { FormatterSetting } from './formatters/formatterSchema.ts';
import type { EndpointProfile } from './profile.ts';
import type { ReasoningForm } from './reasoning/reasoningForm.ts';

/** A well-known service or server, as a starting point for a profile. */
export interface EndpointPreset {
  readonly id: string;
  /** Its name as people know it. */
  readonly title: string;
  readonly kind: EndpointProfile['kind'];
  /** Where it usually is. `RESOURCE` in it stands for a part that is the user's own. */
  readonly baseUrl: string;
  /** The environment variable that usually holds its key; null where none is needed. */
  readonly keyVariable: string | null;
  /** The page where a key can be made; null where none is needed. */
  readonly keyPage: string | null;
  /** Runs on one's own machine. */
  readonly isLocal: boolean;
  readonly auth: EndpointProfile['auth'];
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Generation parameters that it answers with an error; they are left out. */
  readonly refusedParameters: readonly string[];
  /** Further ones that some of its models refuse. */
  readonly refusedBy?: { readonly models: RegExp; readonly parameters: readonly string[] };
  /** Generation parameters that it takes under a name of its own: usual name → its own. */
  readonly renamedParameters?: Readonly<Record<string, string>>;
  readonly reasoning: ReasoningForm;
  /** Where its kind needs one: the most usual. */
  readonly formatter?: FormatterSetting;
  /** How it takes the wish for JSON, where that is not the usual `schema`. */
  readonly jsonMode?: 'object' | 'none';
}

const CLOUD = {
  kind: 'openai',
  isLocal: false,
  auth: 'bearer',
  maxTokensField: 'max_tokens',
  refusedParameters: [],
  reasoning: 'none',
} as const;

const LOCAL = { ...CLOUD, isLocal: true, keyVariable: null, keyPage: null, reasoning: 'think-tags' } as const;

/** The models of OpenAI's o series take neither sampling parameters nor stop words. */
const OPENAI_REASONING = {
  models: /^o\d/u,
  parameters: ['temperature', 'top_p', 'stop', 'logprobs', 'top_logprobs', 'presence_penalty', 'frequency_penalty'],
} as const;

/** Services and servers that Openline knows by name, in the order in which they are offered. */
export const ENDPOINT_PRESETS: readonly EndpointPreset[] = [
  {
    ...CLOUD,
    id: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    keyPage: 'https://platform.openai.com/api-keys',
    maxTokensField: 'max_completion_tokens',
    refusedBy: OPENAI_REASONING,
  },
  {
    ...CLOUD,
    id: 'nvidia',
    title: 'build.nvidia.com',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    keyVariable: 'NVIDIA_API_KEY',
    keyPage: 'https://build.nvidia.com/settings/api-keys',
    reasoning: 'reasoning_content',
  },
  {
    ...CLOUD,
    id: 'azure-openai',
    title: 'Azure OpenAI',
    baseUrl: 'https://RESOURCE.openai.azure.com/openai/v1',
    keyVariable: 'AZURE_OPENAI_API_KEY',
    keyPage: 'https://portal.azure.com',
    auth: { header: 'api-key' },
    maxTokensField: 'max_completion_tokens',
    refusedBy: OPENAI_REASONING,
  },
  {
    ...CLOUD,
    id: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyVariable: 'OPENROUTER_API_KEY',
    keyPage: 'https://openrouter.ai/settings/keys',
    reasoning: 'reasoning',
  },
  {
    ...CLOUD,
    id: 'together',
    title: 'Together',
    baseUrl: 'https://api.together.xyz/v1',
    keyVariable: 'TOGETHER_API_KEY',
    keyPage: 'https://api.together.ai/settings/api-keys',
    reasoning: 'think-tags',
  },
  {
    ...CLOUD,
    id: 'groq',
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyVariable: 'GROQ_API_KEY',
    keyPage: 'https://console.groq.com/keys',
    refusedParameters: ['n', 'logprobs', 'top_logprobs', 'logit_bias'],
    reasoning: 'reasoning',
  },
  {
    ...CLOUD,
    id: 'mistral',
    title: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    keyPage: 'https://console.mistral.ai/api-keys',
    renamedParameters: { seed: 'random_seed' },
    refusedParameters: ['stream_options'],
    reasoning: 'parts',
  },
  {
    ...CLOUD,
    id: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    keyVariable: 'DEEPSEEK_API_KEY',
    keyPage: 'https://platform.deepseek.com/api_keys',
    refusedBy: { models: /reasoner/u, parameters: ['logprobs', 'top_logprobs'] },
    reasoning: 'reasoning_content',
    jsonMode: 'object',
  },
  { ...LOCAL, id: 'vllm', title: 'vLLM', baseUrl: 'http://localhost:8000/v1', keyVariable: 'VLLM_API_KEY' },
  { ...LOCAL, id: 'sglang', title: 'SGLang', baseUrl: 'http://localhost:30000/v1' },
  {
    ...LOCAL,
    id: 'llama-cpp',
    title: 'llama.cpp server',
    baseUrl: 'http://localhost:8080/v1',
    reasoning: 'reasoning_content',
  },
  { ...LOCAL, id: 'ollama', title: 'Ollama', baseUrl: 'http://localhost:11434/v1', reasoning: 'reasoning' },
  { ...LOCAL, id: 'lm-studio', title: 'LM Studio', baseUrl: 'http://localhost:1234/v1' },
  { ...LOCAL, id: 'nim', title: 'NVIDIA NIM', baseUrl: 'http://localhost:8000/v1' },
  {
    ...LOCAL,
    id: 'litellm',
    title: 'LiteLLM proxy',
    baseUrl: 'http://localhost:4000/v1',
    keyVariable: 'LITELLM_MASTER_KEY',
  },
  {
    ...LOCAL,
    id: 'nemo-deploy',
    title: 'Triton (NeMo Deploy)',
    kind: 'nemo-deploy',
    baseUrl: 'http://localhost:8000',
    formatter: 'nemotron',
  },
];

/** The preset that a profile names, else the one whose host its base URL has. Of local servers the port tells too little. */
export function presetOf({
  preset,
  base_url,
}: Pick<EndpointProfile, 'preset' | 'base_url'>): EndpointPreset | undefined {
  if (preset !== undefined) return ENDPOINT_PRESETS.find(({ id }) => id === preset);
  if (base_url === undefined || !URL.canParse(base_url)) return undefined;
  const { origin } = new URL(base_url);
  return ENDPOINT_PRESETS.find(({ isLocal, baseUrl }) => !isLocal && originPattern(baseUrl).test(origin));
}

/** `RESOURCE` in the address stands for a name of the user's own. */
function originPattern(baseUrl: string): RegExp {
  const [, origin = ''] = /^(https?:\/\/[^/]+)/u.exec(baseUrl) ?? [];
  return new RegExp(`^${origin.replaceAll('.', '\\.').replace('RESOURCE', '[a-z0-9-]+')}$`, 'iu');
}

/**
 * What a profile made from a preset has to say because of it, beside base URL, model and key: as little as possible, for
 * most of it is known by the host.
 */
export function presetFields(
  preset: EndpointPreset,
  baseUrl: string,
): Readonly<Record<string, string | { readonly header: string }>> {
  const { id, kind, auth, formatter, isLocal } = preset;
  const isElsewhere = !isLocal && presetOf({ base_url: baseUrl }) !== preset;
  return {
    ...(kind === 'openai' ? {} : { kind }),
    ...(isElsewhere ? { preset: id } : {}),
    ...(typeof auth === 'string' ? {} : { auth: { header: auth.header } }),
    ...(typeof formatter === 'string' ? { formatter } : {}),
  };
}
