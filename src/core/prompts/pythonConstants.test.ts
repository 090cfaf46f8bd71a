import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPythonConstants } from './pythonConstants.ts';
import { writePythonString } from './pythonString.ts';

function valuesOf(source: string): Record<string, string> {
  return Object.fromEntries(readPythonConstants(source).constants.map(({ name, value }) => [name, value]));
}

/** Statements with the value that Python gives `A`. */
const READ: readonly (readonly [statement: string, value: string])[] = [
  [`A = "one"`, 'one'],
  [`A = 'it is "one"'`, 'it is "one"'],
  [`A = """one\n"two"\n"""`, 'one\n"two"\n'],
  [`A = '''one'''`, 'one'],
  [`A = ""`, ''],
  [`A = """"quoted\\""""`, '"quoted"'],
  [`A: str = "one"`, 'one'],
  [`A: Annotated[str, "x = 1", {"a": 1}] = "one"`, 'one'],
  [`A="one"# a comment`, 'one'],
  [`A = "one" 'two' """three"""`, 'onetwothree'],
  [`A = (\n  # first\n  "one "  # and\n\n  'two'\n)`, 'one two'],
  [`A = ((("one") + "two") + 'three')`, 'onetwothree'],
  [`A = "one" \\\n    "two"`, 'onetwo'],
  [`A = \\\n  "one"`, 'one'],
  [`A = "one\\\ntwo"`, 'onetwo'],
  [`A = """\\\none"""`, 'one'],
  [`A = "\\\\ \\' \\" \\n\\t\\r\\a\\b\\f\\v"`, `\\ ' " \n\t\r\x07\b\f\v`],
  [`A = "\\x41\\u00e9\\U0001F600\\101\\0"`, 'Aé😀A\0'],
  [`A = "\\d \\{ \\8"`, '\\d \\{ \\8'],
  [`A = r"\\n \\" \\x"`, '\\n \\" \\x'],
  [`A = R'''\\n'''`, '\\n'],
  [`A = u"one" U'two'`, 'onetwo'],
  [`A = B = "one"`, 'one'],
  [`import os; A = "one"; del os`, 'one'],
  [`A = 3\nA = "one"`, 'one'],
  [`A = "before"\nA = "one"`, 'one'],
  [`A = "one"\nif A == "two":\n    A = "three"`, 'one'],
  [`"""A = "wrong" """\n# A = "wrong"\nA = "one"\nx = ["""\nA = 'wrong'\n"""]`, 'one'],
  [`def f(a="(", b=")"):\n  return {"A": 1}\nA = "one"`, 'one'],
  [`A = "one"\r\nB = "two"`, 'one'],
  [`\uFEFFA = "größer 😀"`, 'größer 😀'],
  [`A = """one\r\ntwo\rthree"""`, 'one\ntwo\nthree'],
];

for (const [statement, value] of READ) {
  test(`reads ${JSON.stringify(statement)}`, () => {
    const { constants, mistakes } = readPythonConstants(statement);
    assert.equal(constants.find(({ name }) => name === 'A')?.value, value);
    assert.deepEqual(mistakes, []);
  });
}

/** Statements that give `A` a value which cannot be known without running them. */
const UNREAD: readonly (readonly [statement: string, line: number, reason: RegExp])[] = [
  [`\nA = f"one {x}"`, 2, /f-string/u],
  [`A = (\n  "one"\n  rF'''two\n''')`, 3, /f-string/u],
  [`A = t"one"`, 1, /template string/u],
  [`A = b"one"`, 1, /bytes/u],
  [`A = "one\\\n \\N{BULLET}"`, 2, /names a character.*not supported/u],
  [`A = "\\x4"`, 1, /2 hexadecimal digits/u],
  [`A = "\\u12 4"`, 1, /4 hexadecimal digits/u],
  [`A = "\\U00110000"`, 1, /beyond the last character/u],
  [`A = "\\ud83d"`, 1, /surrogate/u],
  [`A = 3`, 1, /not a plain string/u],
  [`A = B`, 1, /not a plain string/u],
  [`A = "one".strip()`, 1, /not a plain string/u],
  [`A = "one" % 1`, 1, /not a plain string/u],
  [`A = ("one",)`, 1, /not a plain string/u],
  [`A = "one", "two"`, 1, /not a plain string/u],
  [`A = textwrap.dedent("""\none\n""")`, 1, /not a plain string/u],
  [`A = "one" if x else "two"`, 1, /not a plain string/u],
  [`A = "one"\nA += "two"`, 2, /changed with \+=/u],
  [`A = "one"\nA = g()`, 2, /not a plain string/u],
  [`class C:\n    A = "one"`, 2, /inside a block/u],
];

for (const [statement, line, reason] of UNREAD) {
  test(`does not read ${JSON.stringify(statement)}, says why and where, and goes on behind it`, () => {
    const { constants, unread } = readPythonConstants(`${statement}\nNEXT = "next"`);
    assert.deepEqual(
      constants.map(({ name, value }) => [name, value]),
      [['NEXT', 'next']],
    );
    assert.equal(unread[0]?.name, 'A');
    assert.match(unread[0].reason, reason);
    assert.equal(unread[0].reasonLine, line);
  });
}

test('tells the line of each name', () => {
  const { constants } = readPythonConstants('"""x\ny"""\n\nA = """\n\n"""\nB = (\n"b")\n');
  assert.deepEqual(
    constants.map(({ name, line }) => [name, line]),
    [
      ['A', 4],
      ['B', 7],
    ],
  );
});

test('only assignments to names count', () => {
  const source =
    'a.B = "x"\na["B"] = "x"\nA == "x"\nB: str\nf(B="x")\nC, D = "x", "y"\nif True: B = "x"\nfor B in "x": pass\n';
  assert.deepEqual(valuesOf(source), {});
});

test('a string or a bracket without an end is told with its line', () => {
  const oneLine = readPythonConstants('A = "one\nB = "two"\n');
  assert.deepEqual(valuesOf('A = "one\nB = "two"\n'), { B: 'two' });
  assert.deepEqual(
    oneLine.mistakes.map(({ line }) => line),
    [1],
  );
  assert.equal(oneLine.unread[0]?.name, 'A');
  assert.match(readPythonConstants('\nx = """one\n').mistakes[0]?.message ?? '', /no closing """/u);
  const bracket = readPythonConstants('\nA = ("one"\nB = "two"\n');
  assert.deepEqual(
    bracket.mistakes.map(({ line }) => line),
    [2],
  );
  assert.deepEqual(bracket.constants, []);
});

/** What Python's `repr` writes: single quotes unless only double ones spare escapes. */
function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (character) => {
    if (character === '\\' || character === quote) return `\\${character}`;
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    if (named !== undefined) return named;
    if (/[\p{L}\p{N}\p{P}\p{S} ]/u.test(character)) return character;
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
    return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `${quote}${escaped.join('')}${quote}`;
}

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', "'", '\\', '\n', '\r', '\t', '{', '}', 'n', 'x', '\0', '\u2028', '😀', ' ') }),
);

test('gives back every text that was written as Python’s repr', () => {
  fc.assert(
    fc.property(texts, texts, (one, two) => {
      const source = `A = ${pythonRepr(one)}\nB: str = (${pythonRepr(one)} # c\n ${pythonRepr(two)})\n`;
      assert.deepEqual(valuesOf(source), { A: one, B: one + two });
    }),
  );
});

test('gives back every text that was written for an export', () => {
  fc.assert(
    fc.property(texts, texts, (one, two) => {
      const source = `A = ${writePythonString(one)}\n\nB = ${writePythonString(two)}\n`;
      assert.deepEqual(valuesOf(source), { A: one, B: two });
    }),
  );
});

test('never throws, whatever the file holds', () => {
  const pieces = [
    'A',
    '=',
    ' = ',
    '"',
    "'",
    '"""',
    '\\',
    '\n',
    '(',
    ')',
    '[',
    '#',
    ';',
    ':',
    'f',
    'r"',
    '+',
    ' ',
    '😀',
    'if ',
  ];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...pieces) }), (source) => {
      const { constants, unread, mistakes } = readPythonConstants(source);
      const lines = source.split('\n').length;
      for (const { line } of [...constants, ...unread, ...mistakes]) assert.ok(line >= 1 && line <= lines);
    }),
    { numRuns: 500 },
  );
});

/** Each of these would take minutes if anything were read more than a few times. */
const HOSTILE: Readonly<Record<string, string>> = {
  'quotes without end': "'\n".repeat(200_000),
  'a long string without end': `A = """${'"" '.repeat(500_000)}`,
  'open brackets': `A = ${'('.repeat(1_000_000)}`,
  'names without end': 'A = '.repeat(300_000),
  'an endless annotation': `A: ${'[x,'.repeat(300_000)}`,
  'continued lines': `A = "${'\\\n'.repeat(300_000)}`,
  'bad escapes': 'A = "\\u\n'.repeat(100_000),
};

for (const [what, source] of Object.entries(HOSTILE)) {
  test(`takes no longer than it must for ${what}`, { timeout: 60_000 }, () => {
    assert.deepEqual(readPythonConstants(source).constants, []);
  });
}
