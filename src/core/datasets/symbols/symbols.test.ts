import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PlanFixture } from '../../pipeline/planFixture.ts';
import type { JsonObject } from '../../record/json.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
});

async function symbolsOf(
  files: Readonly<Record<string, readonly string[]>>,
  options = '',
): Promise<readonly JsonObject[]> {
  const folder = `code${Math.random().toString(36).slice(2)}`;
  for (const [name, lines] of Object.entries(files)) await fixture.put(`${folder}/${name}`, `${lines.join('\n')}\n`);
  const told = await fixture.read(`files: ${folder}/*, as: symbols, source: source${options}`);
  return told.map((entry) => {
    const [, fields, at] = entry as [string, JsonObject | string, string?];
    return typeof fields === 'string'
      ? { reason: fields, at: at?.replace(`${folder}/`, '') ?? '' }
      : { ...fields, source: JSON.stringify(fields['source']).slice(1, -1).replace(`${folder}/`, '') };
  });
}

const inShort = ({ kind, name, doc, source }: JsonObject): readonly unknown[] => [kind, name, doc, source];

describe('symbols of code', () => {
  it('are functions and classes with their comments, decorators and tests', async () => {
    const found = await symbolsOf({
      'calc.py': [
        'import functools',
        '',
        '# Adds numbers.',
        '@functools.cache',
        'def add(a, b):',
        '    """Sum of a',
        '    and b."""',
        '    return a + b',
        '',
        '',
        'class Stack:',
        "    '''Last in, first out.'''",
        '',
        '    def push(self, value):',
        '        self.values.append(value)',
      ],
      'test_calc.py': [
        'def test_add():',
        '    assert add(1, 2) == 3',
        '',
        'class TestStack:',
        '    def test_push(self):',
        '        Stack().push(1)',
      ],
    });
    assert.deepEqual(found, [
      {
        name: 'add',
        kind: 'function',
        language: 'python',
        text: '# Adds numbers.\n@functools.cache\ndef add(a, b):\n    """Sum of a\n    and b."""\n    return a + b',
        doc: 'Adds numbers.\nSum of a\nand b.',
        tests: ['def test_add():\n    assert add(1, 2) == 3'],
        source: 'calc.py:3-8',
      },
      {
        name: 'Stack',
        kind: 'class',
        language: 'python',
        text: "class Stack:\n    '''Last in, first out.'''\n\n    def push(self, value):\n        self.values.append(value)",
        doc: 'Last in, first out.',
        tests: ['def test_push(self):\n        Stack().push(1)'],
        source: 'calc.py:11-15',
      },
    ]);
  });

  it('of TypeScript and JavaScript may be constants, exported, and tested by sentences', async () => {
    const files = {
      'a.ts': [
        '/** Doubles. */',
        'export const double = (n: number): number => 2 * n;',
        'const limit = 3;',
        'export default class Box<T> {',
        '  /** Opens. */',
        '  open(): T { return this.value; }',
        '}',
      ],
      'a.test.ts': ["describe('double', () => {", "  it('doubles', () => { equal(double(2), 4); });", '});'],
      'v.jsx': ['function View() {', '  return <div>{name}</div>;', '}'],
    };
    const found = await symbolsOf(files);
    assert.deepEqual(found.map(inShort), [
      ['function', 'double', 'Doubles.', 'a.ts:1-2'],
      ['class', 'Box', '', 'a.ts:4-7'],
      ['function', 'View', '', 'v.jsx:1-3'],
    ]);
    assert.deepEqual(found[0]?.['tests'], ["it('doubles', () => { equal(double(2), 4); });"]);
    const parts = await symbolsOf(files, ', symbols: [method, test]');
    assert.deepEqual(parts.map(inShort), [
      ['test', 'doubles', '', 'a.test.ts:2'],
      ['method', 'Box.open', 'Opens.', 'a.ts:5-6'],
    ]);
  });

  it('of Java, C++, Rust and Go are told as they stand there', async () => {
    const found = await symbolsOf({
      'J.java': [
        '/** Holds. */',
        'public class J<T> {',
        '  public void m() {}',
        '}',
        'class JTest {',
        '  @Test void t() { new J().m(); }',
        '}',
      ],
      'c.cpp': [
        '// Finds.',
        'static int *A::f(int a) { return 0; }',
        'struct K { int m() { return 1; } };',
        'struct stat s;',
        'TEST(Suite, Name) { K k; }',
        'namespace n {',
        'template <typename T> T h(T a) { return a; }',
        '}',
      ],
      'g.go': [
        'package a',
        '// F does.',
        'func F(a int) int { return 1 }',
        '',
        'type S struct{ a int }',
        'func (s *S) M() {}',
        'func TestF(t *testing.T) { F(1) }',
      ],
      'l.rs': [
        '/// Adds.',
        '#[inline]',
        'pub fn add(a: i32) -> i32 { a }',
        'impl<T> Tr for S<T> { fn m(&self) {} }',
        'mod tests { #[test] fn adds() { add(1); } }',
      ],
    });
    assert.deepEqual(found.map(inShort), [
      ['class', 'J', 'Holds.', 'J.java:1-4'],
      ['method', 'A::f', 'Finds.', 'c.cpp:1-2'],
      ['class', 'K', '', 'c.cpp:3'],
      ['function', 'n.h', '', 'c.cpp:7'],
      ['function', 'F', 'F does.', 'g.go:2-3'],
      ['class', 'S', '', 'g.go:5'],
      ['method', 'S.M', '', 'g.go:6'],
      ['function', 'add', 'Adds.', 'l.rs:1-3'],
      ['method', 'S.m', '', 'l.rs:4'],
    ]);
    const testsOf = (name: string): unknown => found.find((symbol) => symbol['name'] === name)?.['tests'];
    assert.deepEqual(testsOf('J'), ['@Test void t() { new J().m(); }']);
    assert.deepEqual(testsOf('K'), ['TEST(Suite, Name) { K k; }']);
    assert.deepEqual(testsOf('F'), ['func TestF(t *testing.T) { F(1) }']);
    assert.deepEqual(testsOf('add'), ['#[test] fn adds() { add(1); }']);
    assert.deepEqual(testsOf('n.h'), []);
  });

  it('are read as far as code makes sense, and told where a language is not known', async () => {
    const found = await symbolsOf({
      'a.py': ['def broken(:', '    pass', '', 'def fine():', '    return 1'],
      'b.hs': ['main = 1'],
    });
    assert.ok(found.some(({ name }) => name === 'fine'));
    assert.deepEqual(found.at(-1), { reason: 'unknown-language', at: 'b.hs:' });
  });
});
