import type { EndpointProfile } from './profile.ts';

/** How a service returns what a model thought before it answered. */
export type ReasoningForm = 'none' | 'reasoning_content' | 'reasoning' | 'think-tags';

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
  readonly maxTokensField: EndpointProfile['max_tokens_field'];
  /** Generation parameters that it answers with an error. */
  readonly refusedParameters: readonly string[];
  readonly reasoning: ReasoningForm;
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
    refusedParameters: ['n', 'logprobs'],
    reasoning: 'reasoning',
  },
  {
    ...CLOUD,
    id: 'mistral',
    title: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    keyPage: 'https://console.mistral.ai/api-keys',
    refusedParameters: ['seed'],
  },
  {
    ...CLOUD,
    id: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    keyVariable: 'DEEPSEEK_API_KEY',
    keyPage: 'https://platform.deepseek.com/api_keys',
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
];
