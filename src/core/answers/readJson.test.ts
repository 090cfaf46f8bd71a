import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../record/json.ts';
import { readJson } from './readJson.ts';

const value = { reason: 'It {says} "why", and\nhow.', score: 4 };
const json = JSON.stringify(value);

describe('reads', () => {
  const cases: readonly (readonly [string, string, Json])[] = [
    ['plain JSON', json, value],
    ['a value that is no object', ' 4 ', 4],
    ['a fence', `\`\`\`json\n${json}\n\`\`\``, value],
    ['a fence among words', `Here it is:\n\n\`\`\`\n${json}\n\`\`\`\nI hope it helps.`, value],
    ['text around the one object', `My verdict (for {prompt}, [1] and "{"): ${json} That is all.`, value],
    ['commas before closing brackets', '{"a": [1, 2, ], "b": ",]", }', { a: [1, 2], b: ',]' }],
    [
      'line breaks and tabs within a text',
      '{"a": "one\ntwo\tthree\r\n", "b": "\\n"}',
      { a: 'one\ntwo\tthree\r\n', b: '\n' },
    ],
    ['a byte order mark and white space', `\uFEFF\n ${json}\n\n`, value],
    ['a list', 'They are:\n["a", "b"]', ['a', 'b']],
    [
      'names that every object knows',
      '{"__proto__": 1, "constructor": 2}',
      JSON.parse('{"__proto__":1,"constructor":2}') as Json,
    ],
  ];
  for (const [name, answer, expected] of cases) {
    test(name, () => {
      assert.deepEqual(readJson(answer, Array.isArray(expected) ? 'array' : 'object'), { value: expected });
    });
  }
});

describe('does not guess', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['an object that is cut off', '{"reason": "It is", "score": 4', 'no-json'],
    ['a text that is cut off', '{"reason": "It is', 'no-json'],
    ['single quotes', "{'score': 4}", 'no-json'],
    ['a missing comma', '{"a": 1 "b": 2}', 'no-json'],
    ['names without quotes', '{score: 4}', 'no-json'],
    ['prose', 'I would give it 4 of 5.', 'no-json'],
    ['nothing', ' ', 'no-json'],
    ['several objects', '{"score": 4} or rather {"score": 5}', 'several-json'],
    ['an object and a list, where either may be meant', '{"score": 4} of [5]', 'several-json'],
  ];
  for (const [name, answer, problem] of cases) {
    test(name, () => {
      const reading = readJson(answer);
      assert.equal('problem' in reading ? reading.problem : reading.value, problem);
    });
  }
});

test('whatever an object or list holds comes back the same, also within words and a fence', () => {
  const containers = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(containers, fc.boolean(), (content, fenced) => {
      const text = JSON.stringify(content, null, 1);
      const answer = fenced ? `So:\n\`\`\`json\n${text}\n\`\`\`` : `So: ${text} Done.`;
      assert.deepEqual(readJson(answer), { value: JSON.parse(text) as Json });
    }),
  );
});

test('a long answer full of brackets takes no long time', () => {
  assert.equal('problem' in readJson('[{"'.repeat(20_000)), true);
});
