import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { JournalError, JournalReader, JournalWriter, scanJournal, type LineSpan } from './journal.ts';
import { journalLine, kindOf } from './journalLine.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-journal-'));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const entry = (at: string, text: string): string => journalLine(at, 'answer', `"answer":${JSON.stringify({ text })}`);

function scan(path: string): { addresses: string[]; spans: LineSpan[]; result: ReturnType<typeof scanJournal> } {
  const addresses: string[] = [];
  const spans: LineSpan[] = [];
  const result = scanJournal(path, (address, span, line) => {
    assert.equal(kindOf(address, line), 'answer');
    addresses.push(address);
    spans.push(span);
  });
  return { addresses, spans, result };
}

test('lines appended at the same time are all there, whole, and can be read back', async () => {
  const path = join(folder, 'many.jsonl');
  const writer = await JournalWriter.open(path, 0);
  const texts = Array.from({ length: 500 }, (_, index) => `answer ${index} ⟨ü⟩\n"quoted"`);
  await Promise.all(texts.map((text, index) => writer.append(entry(`s/${index}/0`, text))));
  await writer.close();
  const { addresses, spans, result } = scan(path);
  assert.deepEqual([...addresses].sort(), texts.map((_, index) => `s/${index}/0`).sort());
  assert.deepEqual({ harmed: result.harmed, torn: result.torn }, { harmed: 0, torn: false });
  const reader = new JournalReader(path);
  const read = spans.map((span) => JSON.stringify(reader.read(span)?.['answer']));
  reader.close();
  assert.deepEqual(read.sort(), texts.map((text) => JSON.stringify({ text })).sort());
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) JSON.parse(line);
});

test('a journal cut at any byte keeps every whole line, and the next one begins cleanly', async () => {
  const whole = [entry('s/0/0', 'first'), entry('s/1/0', 'second ü'), entry('s/2/0', 'third')];
  const bytes = Buffer.from(whole.join(''));
  const path = join(folder, 'cut.jsonl');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    writeFileSync(path, bytes.subarray(0, cut));
    const before = scan(path);
    const expected = whole.filter((_, index) => Buffer.byteLength(whole.slice(0, index + 1).join('')) <= cut).length;
    assert.equal(before.addresses.length, expected, `cut at ${cut}`);
    const writer = await JournalWriter.open(path, before.result.intactBytes);
    await writer.append(entry('s/9/0', 'after'));
    await writer.close();
    const afterwards = scan(path);
    assert.deepEqual(afterwards.addresses, [...before.addresses, 's/9/0']);
    assert.equal(afterwards.result.torn, false);
    assert.equal(afterwards.result.harmed, 0);
  }
});

test('a byte that has changed is found, and costs only its own line', () => {
  const lines = [entry('s/0/0', 'first'), entry('s/1/0', 'second'), entry('s/2/0', 'third')];
  const bytes = Buffer.from(lines.join(''));
  const path = join(folder, 'rot.jsonl');
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const rotten = Buffer.from(bytes);
      rotten[at] = (rotten[at] ?? 0) ^ flip;
      writeFileSync(path, rotten);
      const { addresses } = scan(path);
      // A newline that came or went touches two lines at the most; nothing harmed is ever taken for whole.
      assert.ok(addresses.length >= 1 && addresses.length <= 2, `${addresses.length} lines kept`);
      for (const address of addresses) assert.ok(lines.some((line) => line.includes(`"at":"${address}"`)));
    }),
  );
});

test('a journal whose folder is gone says so', async () => {
  await assert.rejects(JournalWriter.open(join(folder, 'missing', 'journal.jsonl'), 0), JournalError);
});

test('a long line is read whole', async () => {
  const path = join(folder, 'long.jsonl');
  const writer = await JournalWriter.open(path, 0);
  await writer.append(entry('s/0/0', 'x'.repeat(5 << 20)));
  await writer.append(entry('s/1/0', 'short'));
  await writer.close();
  assert.deepEqual(scan(path).addresses, ['s/0/0', 's/1/0']);
});

test('a journal that cannot be read is not taken for an empty one', () => {
  // Too many open files, no permission: what was paid for is still there.
  assert.throws(() => scanJournal(join(import.meta.dirname, 'journal.test.ts', 'no-folder'), () => undefined), {
    code: 'ENOTDIR',
  });
});
