import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeSpec } from './check.ts';
import { createCodeTest } from './code.ts';
import { codeBlocks, type CodeLanguage } from './codeBlocks.ts';
import { loadCodeParser } from './parseCode.ts';

const fenced = (language: string, code: string): string => `Look:\n\n\`\`\`${language}\n${code}\n\`\`\`\nDone.`;

async function result(text: string, spec: Partial<CodeSpec> = {}): Promise<string> {
  const test = await createCodeTest(
    { kind: 'code', languages: null, assume: null, minBlocks: 0, ...spec },
    { mayRunCode: false, environment: {}, onWarning: () => undefined },
  );
  const { state, score, message } = await test(text);
  return state === 'passed' ? `passed ${JSON.stringify(score)}` : `${state} ${JSON.stringify(score)} ${message}`;
}

describe('code blocks', () => {
  it('are found with their languages, also indented, nested in longer fences and never closed', () => {
    const text = '1. a\n   ```py\n   x = 1\n     y\n   ```\n~~~~ TypeScript title\n```\nz\n```\n~~~~\n````\nopen';
    assert.deepEqual(
      codeBlocks(text).map(({ language, code, line }) => [language, code, line]),
      [
        ['python', 'x = 1\n  y', 3],
        ['typescript', '```\nz\n```', 7],
        [null, 'open', 12],
      ],
    );
    assert.deepEqual(codeBlocks('no `code` here'), []);
  });
});

describe('parsers', () => {
  const cases: Readonly<Record<CodeLanguage, readonly [good: readonly string[], bad: readonly string[]]>> = {
    javascript: [
      [
        'let x = 1;',
        'export default async () => { for await (const a of b) c?.d ?? e; };',
        'const a = <b>c</b>;',
        'return 1',
      ],
      ['let x = ;', 'function (', 'if (a { }', 'let a: number = 1'],
    ],
    typescript: [
      [
        'let a: number = 1;',
        'const f = <T,>(x: T): T => x;',
        'const a = <number>b;',
        'const e = <div>{x as string}</div>;',
      ],
      ['let a: = 1', 'interface { a }'],
    ],
    python: [
      [
        'def f(x: int) -> int:\n    return x\n',
        'async def g():\n    await h()\n',
        'match a:\n    case 1:\n        pass\n',
        'print("x")\nprint ("a", file=f)\ny = [print(x) for x in z]',
        'a, b = 0, 1\na.b[0] = f(c=1)\nx: int = 0\nx += 10_0\nf().y = 0x1F + 0.07',
        'try:\n    raise E("x") from e\nexcept (A, B) as e:\n    pass',
      ],
      [
        'def f(:\n    pass',
        'x = = 3',
        'for i in range(3) print(i)',
        'def f():\nreturn 1',
        'print "x"',
        'print x, y',
        'raise E, "x"',
        'if x <> y:\n    pass',
        'mode = 0777',
        '1 = x',
        'f() = 1',
        '"a" += b',
      ],
    ],
    json: [
      ['{"a": [1, null]}', '"x"'],
      ['{a: 1}', '[1,]', ''],
    ],
    sql: [
      [
        'SELECT a, COUNT(*) FROM t GROUP BY a;',
        'INSERT INTO t (a) VALUES (1), (2)',
        'SELECT `a` FROM `t` LIMIT 5, 10',
        "CREATE TABLE t (id serial PRIMARY KEY, v jsonb NOT NULL DEFAULT '{}'::jsonb)",
        'WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT * FROM x',
        'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n VARCHAR(9), KEY k (n)) ENGINE=InnoDB',
        "SELECT GROUP_CONCAT(a ORDER BY b SEPARATOR ',') FROM t",
        'SELECT TOP 10 [Name] FROM [dbo].[Users] ORDER BY [Id] DESC',
        'DECLARE @x INT = 5; SELECT @x',
        'INSERT OR REPLACE INTO t VALUES (1)',
        'CREATE TABLE t (a TEXT) WITHOUT ROWID',
        'SELECT * EXCEPT (a) FROM `p.d.t`',
        '-- the newest\nSELECT a FROM t -- (\n',
        'SELECT 1\nGO\nSELECT 2\nGO',
        // Read by none of the parsers: only looked at for what is left open.
        'DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END //\nDELIMITER ;',
        'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a',
        'DELETE FROM t USING u WHERE t.id = u.id',
        "MERGE INTO t USING s ON t.p = 'C:\\' WHEN MATCHED THEN DELETE",
        'PRAGMA foreign_keys = ON',
        'SELECT a FROM t FETCH FIRST 5 ROWS ONLY',
      ],
      [
        'SELEC 1',
        'SELECT * FORM t',
        'SELECT FROM WHERE',
        'hello world',
        'SELECT a,, b FROM t',
        'SELECT (a FROM t',
        'CREATE TABLE t (a int b text)',
        'UPDATE t SET',
        'INSERT INTO t (a, b VALUES (1, 2)',
        "MERGE INTO t USING s ON (t.id = s.id WHEN MATCHED THEN UPDATE SET a = 'x'",
        "PRAGMA user_version = 'x",
      ],
    ],
  };
  for (const [language, [good, bad]] of Object.entries(cases) as [CodeLanguage, (typeof cases)['sql']][]) {
    it(language, async () => {
      const parse = await loadCodeParser(language);
      for (const code of good) assert.equal(parse(code), null, code);
      for (const code of bad) assert.notEqual(parse(code), null, code);
    });
  }
});

it('reads SQL with many blanks and line ends in no long time', async () => {
  const parse = await loadCodeParser('sql');
  assert.notEqual(parse(`SELECT a FORM t${'\r '.repeat(200_000)}x`), null);
  assert.notEqual(parse('\r '.repeat(200_000) + '('), null);
});

it('says in a line which dialects SQL was read as, and where it stops', async () => {
  const parse = await loadCodeParser('sql');
  assert.match(parse('SELECT a FROM t GROUP a') ?? '', /^neither as PostgreSQL, MySQL, .*: "a" is not expected/u);
  assert.equal(parse('MERGE INTO t USING (s'), 'a ) is missing');
});

describe('the check of code', () => {
  it('passes when every block parses; the score is the share that does', async () => {
    assert.equal(await result(fenced('js', 'f();')), 'passed 1');
    assert.equal(await result('no code at all'), 'passed null');
    const text = `${fenced('js', 'f();')}\n${fenced('python', 'x = = 1')}`;
    assert.equal(await result(text), 'failed 0.5 the python in line 10 does not parse: syntax error in line 1');
    assert.equal(await result(text, { languages: ['javascript'] }), 'passed 1');
  });

  it('looks at what names no language only when it is told which', async () => {
    assert.equal(await result(fenced('', 'x = = 1')), 'passed null');
    assert.match(await result(fenced('', 'x = = 1'), { assume: 'python' }), /^failed 0 the python in line 4/u);
    assert.match(await result('x = = 1', { assume: 'python' }), /^failed 0/u);
    assert.equal(await result(fenced('rust', 'fn {')), 'passed null');
  });

  it('wants as many blocks as it is told', async () => {
    assert.match(await result('none', { minBlocks: 1 }), /^failed 0 it has 0 code blocks in .*, the minimum is 1/u);
    assert.equal(await result(fenced('sql', 'SELECT 1'), { minBlocks: 1, languages: ['sql'] }), 'passed 1');
  });
});
