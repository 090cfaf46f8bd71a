/** Sources in runs: files from the web, texts with signs that mean something elsewhere, recipes on files of all formats. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startModelServer } from '../../../test/support/modelServer.ts';
import { makeDocx, makePdf } from '../datasets/testFiles.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema, type NamedProfile } from '../endpoints/profile.ts';
import { startTestServer, type TestServer } from '../endpoints/http/testServer.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import type { RunSummary } from './events.ts';
import { runPaths, runsFolder } from './runFolder.ts';
import { resumeRun, startRun, type StartOptions } from './runPipeline.ts';

const http = createHttpFetch();
let fixture: PlanFixture;
let server: TestServer;
let served = '';
before(async () => {
  fixture = await PlanFixture.create();
  server = await startTestServer(({ url }, response) => {
    if (url === '/moved.jsonl') response.writeHead(302, { location: `${server.origin}/data.jsonl` }).end();
    else if (url === '/half.jsonl') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"q":1}', () => response.destroy());
    } else if (url.startsWith('/data.')) response.writeHead(200).end(served);
    else response.writeHead(404).end();
  });
});
after(async () => {
  await fixture.dispose();
  await server.close();
  await http.close();
});

const sample: NamedProfile = {
  name: 'sample',
  profile: endpointProfileSchema.parse({ kind: 'sample', sample: { latency_ms: 0 } }),
};

async function run(text: string, options: Partial<StartOptions> = {}): Promise<RunSummary> {
  const plan = await fixture.plan(text);
  const { root } = fixture;
  return startRun({
    http,
    version: 'test',
    profiles: [sample],
    text,
    root,
    mode: 'run',
    plan,
    force: true,
    ...options,
  });
}

const read = (options: string): string =>
  pipeline('steps:', `  - { id: r, read: { ${options} } }`, 'output: out.jsonl');
const output = (): string => readFileSync(join(fixture.root, 'work', 'out.jsonl'), 'utf8');
const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const cache = (): string => join(fixture.root, '.openline', 'cache');

describe('a file from the web', () => {
  it('is read, and its checksum told; with the checksum it is fetched once', async () => {
    served = '{"q":"one"}\n{"q":"two"}\n';
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    const url = `${server.origin}/data.jsonl?v=1`;
    assert.equal((await run(read(`url: "${url}", source: s`), { onWarning })).state, 'done');
    assert.equal(output(), `{"id":"0","q":"one","s":"${url}:1"}\n{"id":"1","q":"two","s":"${url}:2"}\n`);
    assert.deepEqual(warnings, [
      `${url} was read without a checksum; to read the same again, add \`sha256: ${sumOf(served)}\``,
    ]);
    assert.match(readFileSync(join(fixture.root, '.openline', '.gitignore'), 'utf8'), /^cache\/$/mu);
    const before = server.received.length;
    await run(read(`url: "${url}", sha256: ${sumOf(served).toUpperCase()}`), { onWarning });
    assert.equal(server.received.length, before);
    assert.equal(warnings.length, 1);
  });

  it('that is another than the pipeline means stops everything, and nothing of it stays', async () => {
    served = '{"q":"other"}\n';
    const kept = readdirSync(cache());
    await assert.rejects(
      run(read(`url: "${server.origin}/data.jsonl", sha256: ${sumOf('wanted')}`)),
      (error: Error) => {
        assert.ok(error.message.includes(`its SHA-256 is ${sumOf(served)}, expected ${sumOf('wanted')}`));
        return true;
      },
    );
    assert.deepEqual(readdirSync(cache()), kept);
  });

  it('is checked again in the cache', async () => {
    served = '{"q":"fresh"}\n';
    const text = read(`url: "${server.origin}/data.jsonl", sha256: ${sumOf(served)}`);
    await run(text);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(cache(), sumOf(served)), '{"q":"spoilt"}\n');
    await run(text);
    assert.equal(output(), '{"id":"0","q":"fresh"}\n');
  });

  it('is not fetched again when a run is resumed, though nobody gave a checksum', async () => {
    served = 'q\n1\n2\n3\n';
    const url = `${server.origin}/data.csv`;
    const steps = [
      'steps:',
      `  - { id: r, read: { url: "${url}" } }`,
      '  - { id: g, generate: { prompt: { text: "Say {q}" } } }',
      'output: out.jsonl',
    ];
    const paused = await run(pipeline(...steps), { budget: { requests: 1 }, concurrency: 1 });
    assert.equal(paused.state, 'paused');
    const before = server.received.length;
    served = 'q\n7\n8\n9\n';
    const folder = join(runsFolder(fixture.root), paused.run ?? '');
    const resume = (): Promise<RunSummary> =>
      resumeRun({ http, version: 'test', profiles: [sample], folder, force: true });
    assert.equal((await resume()).state, 'done');
    assert.equal(server.received.length, before);
    assert.match(output(), /"q":"1"[^]*"q":"2"[^]*"q":"3"/u);
    assert.ok(readFileSync(runPaths(folder).run, 'utf8').includes(sumOf('q\n1\n2\n3\n')));
    // Somebody may have written to the cache: what is no longer the file of the run is not read.
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(cache(), sumOf('q\n1\n2\n3\n')), 'q\nspoilt\n');
    await assert.rejects(
      resumeRun({ http, version: 'test', profiles: [sample], folder, force: true, retryFailed: true }),
      /is not the file that the pipeline means/u,
    );
    // The cache may be emptied at any time: what is fetched then must be the same.
    await rm(cache(), { recursive: true });
    await assert.rejects(
      resumeRun({ http, version: 'test', profiles: [sample], folder, force: true, retryFailed: true }),
      /is not the file that the pipeline means/u,
    );
  });

  it('follows redirects, and says what went wrong', async () => {
    served = '{"q":"moved"}\n';
    await run(read(`url: "${server.origin}/moved.jsonl"`));
    assert.equal(output(), '{"id":"0","q":"moved"}\n');
    const failing = async (path: string, wording: RegExp): Promise<void> => {
      await assert.rejects(run(read(`url: "${server.origin}${path}"`)), wording);
    };
    await failing('/gone.jsonl', /gone\.jsonl could not be fetched: there is no such file \(status 404\)/u);
    await failing('/half.jsonl', /half\.jsonl could not be fetched: the answer from 127\.0\.0\.1:\d+ broke off/u);
    assert.ok(readdirSync(cache()).every((name) => !name.endsWith('.tmp')));
    assert.deepEqual(await fixture.errors(read('url: "https://me:secret@example.org/a.csv"')), [
      '4:27-64 key-in-url: a web address in a pipeline holds no name and password; fetch the file yourself and read it as a file',
    ]);
    assert.deepEqual(await fixture.errors(read('url: "file:///etc/passwd"')), [
      '4:27-47 invalid-value: `url`: a web address that begins with https:// or http:// is wanted',
    ]);
  });
});

it('a document goes into a prompt as it is, whatever signs are in it', async () => {
  const document = 'A {brace}, {{two}}, }, {0}, $& $1 $$ and `${x}` \\n %s';
  await fixture.put('signs.txt', document);
  const service = await startModelServer(() => ({ text: 'Fine.' }));
  const profile = endpointProfileSchema.parse({ base_url: service.url, model: 'm' });
  const text = pipeline(
    'steps:',
    '  - { id: r, read: { files: signs.txt } }',
    '  - { id: g, generate: { prompt: { text: "<{text}>", system: "[{text}]" } } }',
    'output: out.jsonl',
  );
  try {
    await run(text.replace('endpoint: sample', 'endpoint: local'), { profiles: [{ name: 'local', profile }] });
    assert.deepEqual(service.received[0]?.body['messages'], [
      { role: 'system', content: `[${document}]` },
      { role: 'user', content: `<${document}>` },
    ]);
  } finally {
    await service.close();
  }
});

describe('recipes on documents', () => {
  it('take files of all formats, each by its ending', async () => {
    const sentence = 'The lighthouse of Kelso stands on a reef, and two winters passed before its lamp was lit.';
    await fixture.put('all/a.md', sentence);
    await fixture.put('all/b.csv', `title,body\nx,"${sentence}"\ny,\n`);
    await fixture.put('all/c.pdf', makePdf([[sentence]]));
    await fixture.put('all/d.docx', makeDocx([sentence]));
    await fixture.put('all/e.html', `<p>${sentence}</p>`);
    await fixture.put('all/f.json', JSON.stringify([{ body: sentence }]));
    await fixture.put('all/g.py', `# ${sentence}\nx = 1\n`);
    const summary = await run(
      pipeline('recipe: closed-qa', 'with: { files: all/*, field: body, n_openlines: 1 }', 'output: out.jsonl'),
    );
    assert.equal(summary.state, 'done');
    const sources = output()
      .trimEnd()
      .split('\n')
      .map((line) => /"document":(?<document>\d+),"source":"(?<source>[^"]+)"/u.exec(line)?.groups);
    assert.deepEqual(
      sources.map((found) => [found?.['document'], found?.['source']]),
      [
        ['0', 'all/a.md'],
        ['1', 'all/b.csv:2'],
        ['3', 'all/c.pdf'],
        ['4', 'all/d.docx'],
        ['5', 'all/e.html'],
        ['6', 'all/f.json:1'],
        ['7', 'all/g.py'],
      ],
    );
    const rejects = readFileSync(runPaths(join(runsFolder(fixture.root), summary.run ?? '')).rejects, 'utf8');
    assert.match(rejects, /"reason":"empty-document","message":"all\/b\.csv:3: the field body is empty"/u);
    assert.ok(existsSync(join(fixture.root, 'work', 'out.jsonl')));
  });
});
