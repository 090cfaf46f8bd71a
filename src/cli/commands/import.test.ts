import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../commandLine.ts';

const LIBRARY = fileURLToPath(new URL('../../core/library', import.meta.url));

const PROMPTS = `
DEFAULT_MACRO_TOPICS_PROMPT_TEMPLATE = "Name {n_macro_topics} topics as a numbered list."
DEFAULT_SUBTOPICS_PROMPT_TEMPLATE = "Name {n_subtopics} subtopics of {macro_topic} as a numbered list, {tone}."
MATH_PROBLEM_BEGINNER_PROMPT_TEMPLATE = "Set {n_openlines} problems on {topic} as a numbered list."
MATH_PROBLEM_GENERAL_PROMPT_TEMPLATE = "Set {n_openlines} hard problems on {topic} as a numbered list."
MY_OWN_PROMPT_TEMPLATE = "Say {word}"
OTHER_PROMPT_TEMPLATE = f"Say {word}"
`;

interface Called {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

interface Desk {
  readonly folder: string;
  readonly call: (...argv: string[]) => Promise<Called>;
}

/** A workspace of its own with a `prompts.py`. */
async function openDesk(context: TestContext, prompts = PROMPTS): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'openline-import-'));
  context.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, '.openline'));
  await writeFile(join(folder, 'prompts.py'), prompts);
  const call = async (...argv: string[]): Promise<Called> => {
    let out = '';
    let err = '';
    const status = await commandLine(argv, {
      out: { write: (text: string) => (out += text) },
      err: { write: (text: string) => (err += text) },
      env: {},
      cwd: folder,
      library: LIBRARY,
      version: '0',
      stop: new AbortController().signal,
    });
    return { status, out, err };
  };
  return { folder, call };
}

test('import: templates into the workspace, and the block that makes a pipeline use them', async (context) => {
  const { folder, call } = await openDesk(context);
  const { status, out, err } = await call('import', 'prompts.py');
  assert.equal(status, 0);
  assert.deepEqual((await readdir(join(folder, '.openline', 'prompts'))).sort(), [
    'curator-macro-topics.prompt.md',
    'curator-math-problem-beginner.prompt.md',
    'curator-math-problem-general.prompt.md',
    'curator-subtopics.prompt.md',
    'my-own.prompt.md',
  ]);
  assert.match(err, /^prompts\.py:3: warning: DEFAULT_SUBTOPICS_PROMPT_TEMPLATE: .*\{tone\}/mu);
  assert.match(err, /^prompts\.py:7: OTHER_PROMPT_TEMPLATE was not imported: .*f-string/mu);
  assert.match(out, /^ {2}problems: curator-math-problem-general +# or curator-math-problem-beginner$/mu);
  assert.match(out, /steps of your own: my-own$/mu);

  const block = /# recipe: open-qa\n(?<yaml>prompts:\n(?: {2}.*\n)+)/u.exec(out)?.groups?.['yaml'];
  assert.equal(block, 'prompts:\n  macro_topics: curator-macro-topics\n  subtopics: curator-subtopics\n');
  const pipeline = 'openline: 1\nendpoint: sample\nrecipe: open-qa\nvalues: { tone: short }\noutput: out.jsonl\n';
  await writeFile(join(folder, 'a.openline.yaml'), `${pipeline}${block}`);
  assert.equal((await call('validate', 'a.openline.yaml')).status, 0);
  const ejected = await call('eject', 'a.openline.yaml');
  assert.match(ejected.out, /curator-macro-topics/u);
});

test('import: paths for another folder, which a pipeline in the root finds', async (context) => {
  const { folder, call } = await openDesk(context);
  const { status, out } = await call('import', 'prompts.py', '--output', 'mine');
  assert.equal(status, 0);
  assert.match(out, /^ {2}macro_topics: mine\/curator-macro-topics\.prompt\.md$/mu);
  const block = /# recipe: open-qa\n(?<yaml>prompts:\n(?: {2}.*\n)+)/u.exec(out)?.groups?.['yaml'] ?? '';
  const pipeline = 'openline: 1\nendpoint: sample\nrecipe: open-qa\nvalues: { tone: short }\noutput: out.jsonl\n';
  await writeFile(join(folder, 'a.openline.yaml'), `${pipeline}${block}`);
  assert.equal((await call('validate', 'a.openline.yaml')).status, 0);
});

test('import: a file that is there is left alone unless --force is given', async (context) => {
  const { folder, call } = await openDesk(context, 'MY_OWN_PROMPT_TEMPLATE = "one"');
  const path = join(folder, '.openline', 'prompts', 'my-own.prompt.md');
  await call('import', 'prompts.py');
  assert.equal((await call('import', 'prompts.py')).status, 0, 'the same again is no trouble');
  await writeFile(path, 'edited by hand');
  const kept = await call('import', 'prompts.py', '--json');
  assert.equal(kept.status, 2);
  assert.match(kept.err, /prompts\.py:1: MY_OWN_PROMPT_TEMPLATE was not imported: .*my-own\.prompt\.md.*--force/u);
  assert.match(kept.out, /"error":"nothing was imported".*"outcome":"kept"/u);
  assert.equal(await readFile(path, 'utf8'), 'edited by hand');
  assert.equal((await call('import', 'prompts.py', '--force')).status, 0);
  assert.match(await readFile(path, 'utf8'), /\none\n$/u);
  assert.deepEqual(await readdir(join(folder, '.openline', 'prompts')), ['my-own.prompt.md']);
});

test('import: a link left in the folder leads nothing out of it', async (context) => {
  const { folder, call } = await openDesk(context, 'MY_OWN_PROMPT_TEMPLATE = "one"');
  const outside = join(folder, 'precious.txt');
  await writeFile(outside, 'precious');
  await mkdir(join(folder, '.openline', 'prompts'));
  for (const name of ['my-own.prompt.md', 'my-own.prompt.md.new']) {
    await symlink(outside, join(folder, '.openline', 'prompts', name));
  }
  assert.equal((await call('import', 'prompts.py', '--force')).status, 0);
  assert.equal(await readFile(outside, 'utf8'), 'precious');
  assert.match(await readFile(join(folder, '.openline', 'prompts', 'my-own.prompt.md'), 'utf8'), /one/u);
});

test('import --json: one object that tells everything', async (context) => {
  const { folder, call } = await openDesk(context);
  const { out } = await call('import', 'prompts.py', '--json');
  const told: unknown = JSON.parse(out);
  assert.ok(typeof told === 'object' && told !== null && 'templates' in told && Array.isArray(told.templates));
  assert.deepEqual(told.templates[0], {
    constant: 'DEFAULT_MACRO_TOPICS_PROMPT_TEMPLATE',
    line: 2,
    system: null,
    prompt: 'curator-macro-topics',
    path: join(folder, '.openline', 'prompts', 'curator-macro-topics.prompt.md'),
    outcome: 'written',
    warnings: [],
  });
  assert.ok('skipped' in told && Array.isArray(told.skipped) && told.skipped.length === 1);
  assert.ok('prompts' in told && typeof told.prompts === 'object');
  assert.deepEqual(Object.keys(told.prompts ?? {}), ['open-qa', 'math']);
  assert.ok('error' in told && told.error === null);
});

/** Files that hold nothing to import, with what the person reads. */
const NOTHING: readonly (readonly [content: string | Buffer, message: RegExp])[] = [
  ['import os\nNAME = "x"\n', /prompts\.py: there is nothing to import.*_PROMPT_TEMPLATE/u],
  ['', /nothing to import/u],
  ['X_PROMPT_TEMPLATE = f"{y}"', /prompts\.py:1: X_PROMPT_TEMPLATE was not imported: .*f-string/u],
  ['x = """never closed\n', /prompts\.py:1: warning: .*no closing """/u],
  [Buffer.from('A = "\xff"', 'latin1'), /prompts\.py: .*not a text in UTF-8/u],
];

for (const [content, message] of NOTHING) {
  test(`import: ${JSON.stringify(content.toString())} is refused and writes nothing`, async (context) => {
    const { folder, call } = await openDesk(context);
    await writeFile(join(folder, 'prompts.py'), content);
    const { status, err } = await call('import', 'prompts.py');
    assert.equal(status, 2);
    assert.match(err, message);
    assert.deepEqual(await readdir(join(folder, '.openline')), []);
  });
}

test('import: a wrong path or call is told', async (context) => {
  const { call } = await openDesk(context);
  assert.match((await call('import')).err, /Which file\?/u);
  assert.match((await call('import', 'no.py')).err, /no\.py: there is no such file/u);
  assert.match((await call('import', '.')).err, /nothing to import/u);
  assert.match((await call('import', 'prompts.py', 'more.py')).err, /one file/u);
  const blocked = await call('import', 'prompts.py', '--output', 'prompts.py');
  assert.equal(blocked.status, 2);
  assert.match(blocked.err, /prompts\.py: the templates cannot be written there/u);
});
