import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EndpointError } from '../../errors.ts';
import type { ChatMessage } from '../endpoint.ts';
import { endpointProfileSchema } from '../profile.ts';
import { createFormatter } from './createFormatter.ts';

const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });
const system = (content: string): ChatMessage => ({ role: 'system', content });

function formatterOf(formatter: unknown) {
  const profile = endpointProfileSchema.parse({
    kind: 'openai-completions',
    base_url: 'http://localhost/v1',
    formatter,
  });
  return createFormatter({ name: 'mine', profile });
}

function told(formatter: unknown, messages: readonly ChatMessage[]): string {
  try {
    formatterOf(formatter).format(messages);
  } catch (error) {
    assert.ok(error instanceof EndpointError, String(error));
    assert.equal(error.failure, 'rejected');
    return error.message;
  }
  return '';
}

describe('known layouts', () => {
  test('mixtral-8x7b', () => {
    const formatter = formatterOf('mixtral-8x7b');
    assert.equal(formatter.format([user('Hi')]), '<s> [INST] \nHi [/INST]');
    assert.equal(
      formatter.format([user('Hi'), assistant('Hello'), user('Bye')]),
      '<s> [INST] \nHi [/INST]Hello</s>[INST] Bye [/INST]',
    );
  });

  test('nemotron, with the system message in its slot', () => {
    const formatter = formatterOf('nemotron');
    assert.equal(formatter.format([user('Hi')]), '<extra_id_0>System\n\n<extra_id_1>User\nHi\n<extra_id_1>Assistant\n');
    assert.equal(
      formatter.format([system('Be kind'), user('Hi'), assistant('Hello'), user('Bye')]),
      '<extra_id_0>System\nBe kind\n<extra_id_1>User\nHi\n<extra_id_1>Assistant\nHello\n<extra_id_1>User\nBye\n<extra_id_1>Assistant\n',
    );
  });

  test('none passes one turn of the user through', () => {
    assert.equal(formatterOf('none').format([user(' as it is\n')]), ' as it is\n');
  });
});

describe('conversations that do not fit are told with profile, formatter and turn', () => {
  for (const [name, formatter, messages, expected] of [
    ['two users in a row', 'nemotron', [user('a'), user('b')], /mine.*nemotron.*turn 2 is by the user/u],
    ['the assistant first', 'mixtral-8x7b', [assistant('a')], /mine.*mixtral-8x7b.*turn 1 is by the assistant/u],
    ['a system message without a place', 'mixtral-8x7b', [system('s'), user('a')], /no place for a system message/u],
    ['a system message in the middle', 'nemotron', [user('a'), system('s')], /message 2 is a system message/u],
    ['nothing', 'nemotron', [], /no turn of the user/u],
    ['two turns for none', 'none', [user('a'), assistant('b')], /exactly one turn.*user, assistant/u],
  ] as const) {
    test(name, () => {
      assert.match(told(formatter, messages), expected);
    });
  }
});

describe('strings of a profile', () => {
  const layout = {
    prefix: '<begin>',
    user: { before: '[U]', after: '[/U]' },
    assistant: { before: '[A]', after: '[/A]' },
    stop: ['[U]'],
  };

  test('stand around every turn, and the assistant’s last one is left open', () => {
    const formatter = formatterOf({ ...layout, system: { before: '[S]', after: '[/S]' } });
    assert.equal(
      formatter.format([system('s'), user('a'), assistant('b'), user('c')]),
      '<begin>[S]s[/S][U]a[/U][A]b[/A][U]c[/U][A]',
    );
    assert.deepEqual(formatter.stop, ['[U]']);
  });

  test('without a place for the system message refuse one', () => {
    assert.match(told(layout, [system('s'), user('a')]), /mine.*no place for a system message; give it `system`/u);
  });
});

describe('the template of a tokenizer', () => {
  const template =
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}{{ raise_exception('No system here') }}{% endif %}<|{{ message['role'] }}|>{{ message['content'] | trim }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

  async function folderWith(t: { after(done: () => Promise<void>): void }, files: Readonly<Record<string, string>>) {
    const folder = await mkdtemp(join(tmpdir(), 'openline-'));
    t.after(() => rm(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return folder;
  }

  test('is carried out with the special tokens; the end of a turn is a stop word', async (t) => {
    const config = { chat_template: template, bos_token: '<s>', eos_token: { content: '</s>', lstrip: false } };
    const folder = await folderWith(t, { 'tokenizer_config.json': JSON.stringify(config) });
    for (const tokenizer of [folder, join(folder, 'tokenizer_config.json')]) {
      const formatter = formatterOf({ tokenizer });
      assert.equal(
        formatter.format([user(' a '), assistant('b'), user('c')]),
        '<s><|user|>a</s><|assistant|>b</s><|user|>c</s><|assistant|>',
      );
      assert.deepEqual(formatter.stop, ['</s>']);
    }
    assert.match(
      told({ tokenizer: folder }, [system('s'), user('a')]),
      /mine.*tokenizer_config\.json.*No system here/u,
    );
  });

  test('may be one of several, or a file of its own', async (t) => {
    const several = [
      { name: 'default', template: 'D' },
      { name: 'short', template: 'S{{ style }}' },
    ];
    const named = await folderWith(t, { 'tokenizer_config.json': JSON.stringify({ chat_template: several }) });
    assert.equal(formatterOf({ tokenizer: named }).format([user('a')]), 'D');
    const short = { tokenizer: named, template: 'short', variables: { style: '!' } };
    assert.equal(formatterOf(short).format([user('a')]), 'S!');
    assert.match(told({ tokenizer: named, template: 'tall' }, []), /no chat template tall; there are default, short/u);
    const beside = await folderWith(t, { 'tokenizer_config.json': '{}', 'chat_template.jinja': 'J' });
    assert.equal(formatterOf({ tokenizer: beside }).format([user('a')]), 'J');
  });

  test('that is missing or broken stops the endpoint, and its path is told', async (t) => {
    const broken = await folderWith(t, { 'tokenizer_config.json': '{"chat_template":"{% for %}"}' });
    const without = await folderWith(t, { 'tokenizer_config.json': '{}' });
    const noJson = await folderWith(t, { 'tokenizer_config.json': 'not JSON' });
    assert.match(told({ tokenizer: '/nowhere/at/all' }, []), /mine: \/nowhere\/at\/all cannot be read/u);
    assert.match(told({ tokenizer: broken }, []), /tokenizer_config\.json cannot be read: /u);
    assert.match(told({ tokenizer: without }, []), /no `chat_template`/u);
    assert.match(told({ tokenizer: noJson }, []), /is no tokenizer_config\.json/u);
  });
});

test('a profile without a formatter is told what there is', () => {
  assert.match(told(undefined, []), /mine: the kind openai-completions needs a `formatter`.*mixtral-8x7b/u);
});
