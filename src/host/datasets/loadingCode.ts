/** Code and configuration that load a dataset for training. Knows nothing of the editor. */

export const LOADERS = ['datasets', 'pandas', 'pytorch', 'trl', 'axolotl', 'llama-factory', 'nemo'] as const;
export type Loader = (typeof LOADERS)[number];

/** What is to be loaded. */
export interface LoadedDataset {
  /** As the code names it: with slashes. */
  readonly path: string;
  /** Name of the format, as outputs have it. */
  readonly format: string;
  /** Fields of a record, as far as they are known. */
  readonly fields: readonly string[];
}

/** The language in which a loader is written. */
export function languageOf(loader: Loader): 'python' | 'yaml' | 'json' {
  if (loader === 'llama-factory') return 'json';
  return loader === 'axolotl' || loader === 'nemo' ? 'yaml' : 'python';
}

export function loadingCode(loader: Loader, dataset: LoadedDataset): string {
  return { datasets, pandas, pytorch, trl, axolotl, 'llama-factory': llamaFactory, nemo }[loader](dataset);
}

const quoted = (path: string): string => JSON.stringify(path);

/** What `load_dataset` calls the file's kind. */
function builderOf(format: string): 'csv' | 'parquet' | 'json' {
  return format === 'csv' || format === 'parquet' ? format : 'json';
}

function loadCall({ path, format }: LoadedDataset): string {
  return format === 'hf'
    ? `load_dataset(${quoted(path)}, split="train")`
    : `load_dataset("${builderOf(format)}", data_files=${quoted(path)}, split="train")`;
}

function datasets(dataset: LoadedDataset): string {
  return `from datasets import load_dataset\n\ndataset = ${loadCall(dataset)}\n`;
}

function pandas({ path, format }: LoadedDataset): string {
  const read = {
    csv: `pd.read_csv(${quoted(path)})`,
    parquet: `pd.read_parquet(${quoted(path)})`,
    json: `pd.read_json(${quoted(path)}, lines=True)`,
  }[builderOf(format)];
  return `import pandas as pd\n\nframe = ${format === 'hf' ? `pd.read_parquet(${quoted(`${path}/data`)})` : read}\n`;
}

function pytorch(dataset: LoadedDataset): string {
  const { path, format } = dataset;
  if (format === 'hf' || builderOf(format) !== 'json') {
    return `${datasets(dataset)}dataset = dataset.with_format("torch")\n`;
  }
  return `import json

from torch.utils.data import DataLoader, Dataset


class Records(Dataset):
    def __init__(self, path):
        with open(path, encoding="utf-8") as lines:
            self.records = [json.loads(line) for line in lines]

    def __len__(self):
        return len(self.records)

    def __getitem__(self, index):
        return self.records[index]


loader = DataLoader(Records(${quoted(path)}), batch_size=8, shuffle=True, collate_fn=list)
`;
}

function trl(dataset: LoadedDataset): string {
  const { format } = dataset;
  const [trainer, config] =
    format === 'dpo'
      ? ['DPOTrainer', 'DPOConfig']
      : format === 'kto'
        ? ['KTOTrainer', 'KTOConfig']
        : ['SFTTrainer', 'SFTConfig'];
  // These trainers know conversations, and prompt and completion; of other formats the text field is named.
  const text = ['openai-chat', 'prompt-completion', 'dpo', 'kto'].includes(format)
    ? ''
    : `, dataset_text_field="${textFieldOf(dataset)}"`;
  return `from datasets import load_dataset
from trl import ${config}, ${trainer}

dataset = ${loadCall(dataset)}
trainer = ${trainer}(
    model="MODEL",
    args=${config}(output_dir="output"${text}),
    train_dataset=dataset,
)
trainer.train()
`;
}

function axolotl(dataset: LoadedDataset): string {
  const { path, format } = dataset;
  const head = format === 'hf' ? [`  - path: ${path}`] : [`  - path: ${path}`, `    ds_type: ${builderOf(format)}`];
  if (format === 'dpo')
    return `rl: dpo\ndatasets:\n${[...head, '    split: train', '    type: chatml.prompt_pairs'].join('\n')}\n`;
  const kind = {
    'openai-chat': ['    type: chat_template', '    field_messages: messages'],
    sharegpt: [
      '    type: chat_template',
      '    field_messages: conversations',
      '    message_property_mappings: { role: from, content: value }',
    ],
    alpaca: ['    type: alpaca'],
    'prompt-completion': ['    type: { field_instruction: prompt, field_output: completion, format: "{instruction}" }'],
  }[format] ?? ['    type: completion', `    field: ${textFieldOf(dataset)}`];
  return `datasets:\n${[...head, ...kind].join('\n')}\n`;
}

function llamaFactory(dataset: LoadedDataset): string {
  const { path, format } = dataset;
  const file = format === 'hf' ? { hf_hub_url: path } : { file_name: path };
  const of: Readonly<Record<string, object>> = {
    'openai-chat': {
      formatting: 'sharegpt',
      columns: { messages: 'messages' },
      tags: {
        role_tag: 'role',
        content_tag: 'content',
        user_tag: 'user',
        assistant_tag: 'assistant',
        system_tag: 'system',
      },
    },
    sharegpt: { formatting: 'sharegpt', columns: { messages: 'conversations' } },
    alpaca: { columns: { prompt: 'instruction', query: 'input', response: 'output' } },
    dpo: { ranking: true, columns: { prompt: 'prompt', chosen: 'chosen', rejected: 'rejected' } },
    kto: { columns: { prompt: 'prompt', response: 'completion', kto_tag: 'label' } },
    'prompt-completion': { columns: { prompt: 'prompt', response: 'completion' } },
  };
  const entry = { ...file, ...(of[format] ?? { columns: { prompt: textFieldOf(dataset) } }) };
  return `${JSON.stringify({ [nameOf(path)]: entry }, null, 2)}\n`;
}

function nemo(dataset: LoadedDataset): string {
  const { path, format } = dataset;
  const template = format === 'alpaca' ? '"{instruction} {input}\\n{output}"' : '"{prompt}\\n{completion}"';
  const chat = format === 'openai-chat' || format === 'sharegpt';
  return `model:
  data:
    chat: ${String(chat)}
    train_ds:
      file_names: [${path}]
      concat_sampling_probabilities: [1.0]
      shuffle: true${chat ? '' : `\n      prompt_template: ${template}`}
`;
}

function textFieldOf({ fields }: LoadedDataset): string {
  return (
    ['text', 'prompt', 'question', 'answer'].find((name) => fields.includes(name)) ??
    fields.find((name) => name !== 'id') ??
    'text'
  );
}

function nameOf(path: string): string {
  const file = path.split('/').at(-1) ?? path;
  return file.replace(/\.[a-z]+$/iu, '');
}
