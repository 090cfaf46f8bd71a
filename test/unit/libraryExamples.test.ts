/** The examples of the library in the documentation run as they are written, against a service on this machine. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../support/machine.ts';
import { startModelServer } from '../support/modelServer.ts';

const library = pathToFileURL(join(root, 'src', 'core', 'index.ts')).href;
const folder = await mkdtemp(join(tmpdir(), 'openline-examples-'));
const service = await startModelServer();
after(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

/** Code blocks of the README and the pages in docs that use the library. */
async function examples(): Promise<readonly string[]> {
  const pages = await readdir(join(root, 'docs')).catch(() => []);
  const files = ['README.md', ...pages.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  const texts = await Promise.all(files.map((name) => readFile(join(root, name), 'utf8')));
  return texts
    .flatMap((text) => [...text.matchAll(/^```(?:ts|js|typescript|javascript)\n(?<code>.*?)^```/gmsu)])
    .map(({ groups }) => groups?.['code'] ?? '')
    .filter((code) => code.includes("from 'openline'"));
}

it('in the documentation run as they are written', async () => {
  const found = await examples();
  assert.ok(found.some((code) => code.includes('openClient')) && found.some((code) => code.includes('runPipeline')));
  await writeFile(
    join(folder, 'support.openline.yaml'),
    'openline: 1\nendpoint: local-vllm\nrecipe: closed-qa\nwith: { documents: [The sea rises.], n_openlines: 2 }\noutput: data/support.jsonl\n',
  );
  for (const [index, code] of found.entries()) {
    const file = join(folder, `example-${index}.ts`);
    const own = code.replaceAll("'openline'", `'${library}'`).replaceAll('http://localhost:8000/v1', service.url);
    await writeFile(file, own);
    const before = service.received.length;
    await promisify(execFile)(process.execPath, [file], { cwd: folder });
    assert.ok(service.received.length > before, `example ${index + 1} asked nothing`);
  }
});
