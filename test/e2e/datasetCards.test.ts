import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { atWidth, beyondNarrow } from '../support/narrow.ts';
import { check } from '../support/session.ts';

/** One of each form that training data has, with what is awkward to draw. */
const records = [
  {
    prompt: 'Why is the sea salty?',
    chosen: 'Rivers carry dissolved minerals into it, and only the water evaporates.',
    rejected: 'Because of the fish.',
    scores: { chosen: 4.2, rejected: 0.7 },
  },
  {
    document: 'Tides are the rise and fall of the sea, caused by the pull of the Moon and the Sun on a turning Earth.',
    rewrite: 'The Moon and the Sun pull at the sea. As the Earth turns, it rises and falls: these are the tides.',
    source: 'docs/tides.md',
  },
  { instruction: 'Name three currents.', input: 'Only warm ones.', output: '1. Gulf Stream\n2. Kuroshio\n3. Agulhas' },
  {
    messages: [
      { role: 'user', content: 'How warm is it?' },
      { role: 'assistant', content: '', tool_calls: [{ name: 'weather', arguments: { place: 'Bergen', days: 3 } }] },
      { role: 'tool', content: '{"degrees": 11}' },
      { role: 'assistant', content: `Eleven degrees. ${'w'.repeat(90)} <b>no markup</b>` },
    ],
    facts: Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`fact_${String(index)}`, [index, `${index}°`]]),
    ),
  },
];

check(
  'cards show what belongs together: answers to compare, a rewrite, a question, a conversation',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    const path = join(folder, 'data', 'forms.jsonl');
    try {
      await mkdir(join(folder, 'data'), { recursive: true });
      await writeFile(path, `${records.map((record) => JSON.stringify(record)).join('\n')}\n{"prompt": "cut\n`);
      await workbench.closeEditors();
      await workbench.command('Openline: Open Dataset');
      await workbench.pick('data/forms.jsonl');
      const viewer = await workbench.webview({ has: '#dataset .grid' });
      await viewer.locator('.count', { hasText: '5 lines' }).waitFor();
      // A line that cannot be read has the room of all columns.
      const broken = viewer.locator('.grid tbody tr.broken td:visible');
      await broken.nth(1).filter({ hasText: '{"prompt": "cut' }).waitFor();
      assert.equal(await broken.count(), 2);
      await viewer.getByRole('button', { name: 'Cards' }).click();
      const cards = viewer.locator('.card');
      await cards.nth(4).waitFor();

      const places = (card: number, part: string) =>
        cards
          .nth(card)
          .locator(part)
          .evaluateAll((found) =>
            found.map((one) => {
              const { left, top } = one.getBoundingClientRect();
              return { left: Math.round(left), top: Math.round(top) };
            }),
          );
      for (const card of [0, 1]) {
        const [first, second] = await places(card, '.record-beside > section');
        assert.ok(first !== undefined && second !== undefined);
        assert.ok(first.top === second.top && first.left < second.left, 'side by side');
      }
      await picture('dataset-forms');
      await cards.nth(2).locator('.from-assistant', { hasText: 'Kuroshio' }).waitFor();
      await cards.nth(3).locator('.from-tool', { hasText: 'degrees' }).waitFor();
      await cards.nth(3).getByText('<b>no markup</b>').waitFor();
      await cards.nth(3).locator('summary', { hasText: '12 fields' }).click();
      await cards.nth(4).locator('.record-broken').waitFor();
      await cards.nth(3).scrollIntoViewIfNeeded();
      await picture('dataset-forms-conversation');
      assert.equal(await seriousFindings(viewer), '');
      assert.equal(await beyondNarrow(page, viewer), '');
      await atWidth(page, viewer, 360, async () => {
        const [first, second] = await places(0, '.record-beside > section');
        assert.ok(first !== undefined && second !== undefined);
        assert.ok(first.top < second.top && first.left === second.left, 'one below the other');
      });
    } finally {
      await rm(path, { force: true });
    }
    await workbench.closeEditors();
  },
);
