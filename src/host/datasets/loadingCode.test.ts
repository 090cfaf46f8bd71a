import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { parseJson } from '../../core/record/json.ts';
import { languageOf, LOADERS, loadingCode, type LoadedDataset } from './loadingCode.ts';

const chat: LoadedDataset = { path: '../data/chat.jsonl', format: 'openai-chat', fields: ['messages'] };
const formats = [
  'jsonl',
  'openai-chat',
  'sharegpt',
  'chatml',
  'alpaca',
  'prompt-completion',
  'dpo',
  'kto',
  'csv',
  'parquet',
  'hf',
];

test('Python names the builder that the format needs', () => {
  assert.equal(
    loadingCode('datasets', chat),
    'from datasets import load_dataset\n\ndataset = load_dataset("json", data_files="../data/chat.jsonl", split="train")\n',
  );
  assert.match(loadingCode('datasets', { ...chat, format: 'csv' }), /load_dataset\("csv"/u);
  assert.match(
    loadingCode('datasets', { ...chat, path: 'data/hub', format: 'hf' }),
    /load_dataset\("data\/hub", split/u,
  );
  assert.match(loadingCode('pandas', chat), /read_json\("\.\.\/data\/chat\.jsonl", lines=True\)/u);
  assert.match(loadingCode('trl', { ...chat, format: 'dpo' }), /DPOTrainer/u);
  assert.match(loadingCode('trl', { ...chat, format: 'jsonl', fields: ['id', 'question'] }), /text_field="question"/u);
});

test('configurations are right YAML and JSON for every format', () => {
  for (const loader of LOADERS) {
    for (const format of formats) {
      const text = loadingCode(loader, { ...chat, format });
      if (languageOf(loader) === 'yaml') assert.ok(typeof parse(text) === 'object', text);
      if (languageOf(loader) === 'json') assert.ok(parseJson(text) !== undefined, text);
      assert.match(text, /chat/u);
    }
  }
  assert.deepEqual(parse(loadingCode('axolotl', chat)), {
    datasets: [{ path: chat.path, ds_type: 'json', type: 'chat_template', field_messages: 'messages' }],
  });
  assert.match(loadingCode('llama-factory', { ...chat, format: 'alpaca' }), /"prompt": "instruction"/u);
});
