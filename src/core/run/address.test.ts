import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, stepOfAddress } from './address.ts';

test('every question about a record has an address of its own, and all of them name their step', () => {
  const addresses = [
    formatAddress('chat', 'generate', [0, 3], 0),
    formatAddress('chat', 'conversion', [0, 3], 0),
    formatAddress('chat', 'user.2', [0, 3], 0),
    formatAddress('chat', 'assistant.2', [0, 3], 1),
    formatAddress('chat', 'generate', [], 0),
  ];
  assert.deepEqual(addresses, [
    'chat/0.3/0',
    'chat.conversion/0.3/0',
    'chat.user.2/0.3/0',
    'chat.assistant.2/0.3/1',
    'chat/0/0',
  ]);
  for (const address of addresses) assert.equal(stepOfAddress(address), 'chat');
});
