import assert from 'node:assert/strict';
import { setImmediate as turns } from 'node:timers/promises';
import { beforeEach, describe, it } from 'node:test';
import { reviewKeys, type KeyActions, type PressedKey } from '../../webview/ui/reviewKeys.ts';

let done: string[] = [];
let held: PromiseWithResolvers<undefined> | undefined;

const none = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, repeat: false };

/** What is done is told when it is done, which may be kept waiting. */
const act = async (what: string): Promise<void> => {
  await held?.promise;
  done.push(what);
};

const actions: KeyActions = {
  verdict: (verdict) => act(verdict),
  rate: (rating) => act(`rate ${rating}`),
  edit: () => act('edit'),
  note: () => act('note'),
  undo: () => act('undo'),
  redo: () => act('redo'),
  move: (by) => act(`move ${by}`),
  close: () => done.push('close'),
  search: () => done.push('search'),
  mode: (mode) => done.push(mode),
  help: () => done.push('help'),
};

const take = reviewKeys(actions);
const press = (key: string, more: Partial<PressedKey> = {}): boolean => take({ ...none, key, ...more });

describe('keys of a review', () => {
  beforeEach(() => {
    done = [];
    held = undefined;
  });

  it('what is about the open record is done one after the other', async () => {
    const first = Promise.withResolvers<undefined>();
    held = first;
    for (const key of ['a', 'R', '4', 'u']) press(key);
    await turns();
    assert.deepEqual(done, []);
    first.resolve(undefined);
    await turns();
    assert.deepEqual(done, ['accept', 'reject', 'rate 4', 'undo']);
  });

  it('what is about the page does not wait', () => {
    held = Promise.withResolvers<undefined>();
    for (const key of ['a', 'c', '?', 'Escape']) press(key);
    assert.deepEqual(done, ['cards', 'help', 'close']);
    held.resolve(undefined);
  });

  it('letters that come before the field is there decide nothing', async () => {
    const field = Promise.withResolvers<undefined>();
    held = field;
    for (const key of ['n', 'a', 'r']) press(key);
    field.resolve(undefined);
    await turns();
    assert.deepEqual(done, ['note']);
    press('a');
    await turns();
    assert.deepEqual(done, ['note', 'accept']);
  });

  it('a key that is held down decides once, and moves on as fast as the records come', async () => {
    press('r');
    press('r', { repeat: true });
    await turns();
    assert.deepEqual(done, ['reject']);
    const next = Promise.withResolvers<undefined>();
    held = next;
    press('j');
    press('j', { repeat: true });
    press('j', { repeat: true });
    next.resolve(undefined);
    await turns();
    press('j', { repeat: true });
    await turns();
    assert.deepEqual(done, ['reject', 'move 1', 'move 1']);
  });

  it('keys of others are left to them', () => {
    assert.equal(press('x'), false);
    assert.equal(press('a', { altKey: true }), false);
    assert.equal(press('r', { ctrlKey: true }), false);
    assert.equal(press('f', { metaKey: true }), true);
    assert.deepEqual(done, ['search']);
  });
});
