import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Line, type Held, type LineSink, type Seat } from './line.ts';

function collector(): LineSink & { readonly committed: string[]; ended: boolean } {
  return {
    committed: [],
    ended: false,
    commit(content: Held) {
      assert.equal(typeof content, 'string');
      if (typeof content === 'string') this.committed.push(content);
    },
    exhausted() {
      this.ended = true;
    },
  };
}

/** A tree of records: how many children each has; a leaf is committed. */
interface Tree {
  readonly name: string;
  readonly children: readonly Tree[] | null;
}

const tree = (depth: number): fc.Arbitrary<Tree> =>
  depth === 0
    ? fc.constant({ name: '', children: null })
    : fc.oneof(
        { weight: 1, arbitrary: fc.constant({ name: '', children: null }) },
        {
          weight: 3,
          arbitrary: fc.array(tree(depth - 1), { maxLength: 4 }).map((children) => ({ name: '', children })),
        },
      );

const named = (node: Tree, name: string): Tree => ({
  name,
  children: node.children?.map((child, index) => named(child, `${name}.${index}`)) ?? null,
});

const leaves = (node: Tree): string[] => (node.children === null ? [node.name] : node.children.flatMap(leaves));

test('whatever order results arrive in, they are committed in place order', () => {
  fc.assert(
    fc.property(fc.array(tree(3), { maxLength: 5 }), fc.infiniteStream(fc.nat()), (roots, picks) => {
      const sink = collector();
      const line = new Line(sink, undefined);
      line.activate();
      const trees = roots.map((root, index) => named(root, String(index)));
      const open: { node: Tree; seat: Seat<undefined> }[] = trees.map((node) => ({ node, seat: line.append() }));
      line.close();
      while (open.length > 0) {
        const [taken] = open.splice((picks.next().value ?? 0) % open.length, 1);
        if (taken === undefined) break;
        const { node, seat } = taken;
        if (node.children === null) line.fill(seat, node.name);
        else {
          const seats = line.replace(seat, node.children.length);
          node.children.forEach((child, index) => {
            const own = seats[index];
            assert.ok(own);
            open.push({ node: child, seat: own });
          });
        }
        // Nothing is committed before what stands in front of it.
        assert.deepEqual(sink.committed, trees.flatMap(leaves).slice(0, sink.committed.length));
      }
      assert.deepEqual(sink.committed, trees.flatMap(leaves));
      assert.ok(sink.ended);
    }),
  );
});

test('a line behind another keeps what it has until it is its turn', () => {
  const sink = collector();
  const line = new Line(sink, undefined);
  line.fill(line.append(), 'a');
  line.close();
  assert.deepEqual(sink.committed, []);
  line.activate();
  assert.deepEqual(sink.committed, ['a']);
  assert.ok(sink.ended);
});
