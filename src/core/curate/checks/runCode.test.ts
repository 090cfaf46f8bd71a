import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { createCodeTest } from './code.ts';
import { createCodeRunner, type CodeRunner } from './runCode.ts';

const started: Promise<CodeRunner> = createCodeRunner(20_000, process.env);
const run = async (...[language, code]: Parameters<CodeRunner['run']>): Promise<string | null> =>
  (await started).run(language, code);

describe('code that is run', () => {
  it('ends well or tells how it ended', async () => {
    assert.equal(await run('javascript', 'const { sep } = require("node:path"); if (sep === "") throw 1;'), null);
    assert.equal(await run('javascript', 'import { sep } from "node:path"; await Promise.resolve(sep);'), null);
    assert.equal(await run('typescript', 'const a: number = 1; console.log(a satisfies number);'), null);
    assert.equal(
      await run('typescript', 'enum Tide { low, high } if (Tide[1] !== "high") throw new Error("no enum");'),
      null,
    );
    const late = 'console.error("first"); Promise.reject(new RangeError("said last"));';
    const bare = 'const error = new TypeError("no stack"); error.stack = undefined; throw error;';
    assert.match((await run('javascript', bare)) ?? '', /: TypeError: no stack$/u);
    assert.match((await run('javascript', late)) ?? '', /: RangeError: said last$/u);
    assert.match((await run('javascript', 'throw new TypeError("so not");')) ?? '', /exit code 1: TypeError: so not/u);
    assert.match((await run('javascript', 'process.exit(3)')) ?? '', /with exit code 3$/u);
  });

  it('sees no variables of the environment and leaves nothing behind', async () => {
    const names = JSON.stringify(['PATH', 'HOME', 'TMPDIR', 'LANG', 'ELECTRON_RUN_AS_NODE', 'SYSTEMROOT', 'PWD']);
    const code = `const known = ${names}; const more = Object.keys(process.env).filter((name) => !known.includes(name));
      if (more.length > 0) throw new Error(more.join());
      require('fs').writeFileSync('left.txt', 'x');`;
    assert.equal(await run('javascript', code), null);
    assert.deepEqual(
      readdirSync(tmpdir()).filter(
        (name) => name.startsWith('openline-code-') && existsSync(`${tmpdir()}/${name}/left.txt`),
      ),
      [],
    );
  });

  it('is ended with all it has started when it takes too long', async () => {
    const short = await createCodeRunner(300, process.env);
    const code = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1)'], { stdio: 'inherit' }); for (;;);`;
    assert.equal(await short.run('javascript', code), 'it did not end within 0.3 s');
  });

  it('has no network, or it is said that it has', async () => {
    const { hasNetwork, isolation } = await started;
    assert.match(isolation, hasNetwork ? /cannot be kept from the network/u : /without network/u);
    const code = `const up = Object.values(require('os').networkInterfaces()).flat().filter(({ internal }) => !internal);
      if (up.length > 0) throw new Error('there is a network');
      require('net').connect(9, '192.0.2.1').on('error', ({ code }) => process.exit(code === 'ENETUNREACH' ? 0 : 5));`;
    if (!hasNetwork) assert.equal(await run('javascript', code), null);
  });
});

describe('the check of code that is to be run', () => {
  const spec = { kind: 'code', languages: null, assume: null, minBlocks: 0, run: { timeoutMs: 20_000 } } as const;
  const text = 'First:\n```js\nconst a = 1;\n```\nthen:\n```js\nif (a !== 2) throw new Error("not two");\n```';

  it('runs the blocks of a language as one program', async () => {
    const test = await createCodeTest(spec, { mayRunCode: true, environment: process.env, onWarning: () => undefined });
    const { state, score, message } = await test(text);
    assert.deepEqual([state, score], ['failed', 0]);
    assert.equal(message, 'the javascript from line 3 on does not run: it ended with exit code 1: Error: not two');
    assert.equal((await test(text.replace('= 1', '= 2'))).state, 'passed');
    assert.equal((await test('```json\n{}\n```')).state, 'passed');
  });

  it('without consent only parses, and says so', async () => {
    const warnings: string[] = [];
    const test = await createCodeTest(spec, {
      mayRunCode: false,
      environment: {},
      onWarning: (message) => warnings.push(message),
    });
    assert.equal((await test(text)).state, 'passed');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^code blocks are parsed and not run; --allow-scripts lets them run/u);
  });
});
