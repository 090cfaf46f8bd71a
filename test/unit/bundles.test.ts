import * as esbuild from 'esbuild';
import assert from 'node:assert/strict';
import { isBuiltin } from 'node:module';
import { describe, it } from 'node:test';
import { bundles } from '../../esbuild.mjs';

type BundleName = keyof ReturnType<typeof bundles>;

async function bundled(name: BundleName) {
  const result = await esbuild.build({ ...bundles(true)[name], write: false });
  const outputs = Object.entries(result.metafile.outputs);
  return {
    files: new Map(
      result.outputFiles.map(({ path, text }) => [path.replaceAll('\\', '/').split('/dist/')[1] ?? path, text]),
    ),
    inputs: Object.keys(result.metafile.inputs),
    /** What stays an import and has to be there at run time. */
    external: new Set(
      outputs.flatMap(([, { imports }]) => imports.flatMap((i) => (i.external === true ? [i.path] : []))),
    ),
    outputs,
  };
}

const packagesOf = (inputs: readonly string[]) =>
  new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));

/** The files that are loaded along with one, before anything is loaded on need. */
function loadedWith(start: string, outputs: Awaited<ReturnType<typeof bundled>>['outputs']): ReadonlySet<string> {
  const byPath = new Map(outputs);
  const loaded = new Set<string>();
  const visit = (path: string) => {
    const output = byPath.get(path);
    if (output === undefined || loaded.has(path)) return;
    loaded.add(path);
    for (const { kind, path: next } of output.imports) if (kind === 'import-statement') visit(next);
  };
  visit(start);
  return loaded;
}

describe('the bundles', () => {
  it('the extension brings no HTTP client, which would displace the one that knows VS Code’s proxies', async () => {
    const { inputs, external } = await bundled('parts');
    const packages = packagesOf(inputs);
    assert.equal(packages.has('undici'), false);
    assert.equal(packages.has('openai'), false);
    assert.deepEqual(
      [...external].filter((name) => name !== 'vscode' && !isBuiltin(name)),
      [],
    );
  });

  it('what is read on activation is one small file of names, which leaves the parts to later', async () => {
    const { outputs, external, inputs, files } = await bundled('extension');
    assert.deepEqual([...files.keys()], ['extension.cjs']);
    assert.deepEqual([...external].sort(), ['./parts.js', 'vscode']);
    assert.deepEqual(
      inputs.filter((path) => !path.startsWith('src/host/')),
      [],
    );
    const bytes = outputs.reduce((sum, [, output]) => sum + output.bytes, 0);
    assert.ok(bytes > 0 && bytes < 12_000, `${bytes} bytes`);
  });

  it('the parts that are loaded right after it are small', async () => {
    const { outputs } = await bundled('parts');
    const byPath = new Map(outputs);
    const loaded = loadedWith('dist/parts.js', outputs);
    const bytes = [...loaded].reduce((sum, path) => sum + (byPath.get(path)?.bytes ?? 0), 0);
    assert.ok(bytes > 0 && bytes < 100_000, `${bytes} bytes in ${[...loaded].join(', ')}`);
  });

  it('the command and the library know nothing of VS Code and need no package at run time', async () => {
    const { external, files } = await bundled('command');
    assert.deepEqual(
      [...external].filter((name) => !isBuiltin(name)),
      [],
    );
    assert.equal(files.get('cli.js')?.split('\n')[0], '#!/usr/bin/env node');
    assert.ok(files.has('index.js'));
  });

  it('the tables for counting tokens load on need in the command, and are not in the extension', async () => {
    const command = await bundled('command');
    const tables = command.outputs.filter(([, { inputs }]) =>
      Object.keys(inputs).some((path) => path.includes('bpeRanks')),
    );
    assert.equal(tables.length, 2);
    for (const start of ['dist/cli.js', 'dist/index.js']) {
      const loaded = loadedWith(start, command.outputs);
      assert.ok(loaded.size > 0 && tables.every(([path]) => !loaded.has(path)), start);
    }
    assert.equal(packagesOf((await bundled('parts')).inputs).has('gpt-tokenizer'), false);
  });

  it('what reads files of other formats loads on need in the command, and is not in the extension', async () => {
    const readers = ['unpdf', 'mammoth', 'linkedom', 'html-to-text', 'csv-parse', 'hyparquet', '@lezer/python'];
    const { outputs, inputs } = await bundled('command');
    const packages = packagesOf(inputs);
    for (const start of ['dist/cli.js', 'dist/index.js']) {
      const loaded = loadedWith(start, outputs);
      const early = outputs.filter(([path]) => loaded.has(path)).flatMap(([, output]) => Object.keys(output.inputs));
      for (const reader of readers) {
        assert.ok(packages.has(reader), reader);
        assert.equal(packagesOf(early).has(reader), false, `${reader} is loaded with ${start}`);
      }
    }
    const inExtension = packagesOf((await bundled('parts')).inputs);
    assert.deepEqual(
      readers.filter((reader) => inExtension.has(reader)),
      [],
    );
  });

  it('the server of the Model Context Protocol loads on need in the command, and is not in the extension', async () => {
    const server = '@modelcontextprotocol/server';
    const { outputs, inputs } = await bundled('command');
    assert.ok(packagesOf(inputs).has(server));
    const loaded = loadedWith('dist/cli.js', outputs);
    const early = outputs.filter(([path]) => loaded.has(path)).flatMap(([, output]) => Object.keys(output.inputs));
    assert.equal(packagesOf(early).has(server), false);
    assert.equal(packagesOf((await bundled('parts')).inputs).has(server), false);
  });

  it('a panel’s page is one script and one style sheet', async () => {
    const { files, external } = await bundled('webview');
    assert.deepEqual([...files.keys()].sort(), [
      'webview/boot.js',
      ...['webview/dataset.css', 'webview/dataset.js'],
      ...['webview/gallery.css', 'webview/gallery.js'],
      ...['webview/preview.css', 'webview/preview.js'],
      ...['webview/setup.css', 'webview/setup.js'],
      ...['webview/statistics.css', 'webview/statistics.js'],
      ...['webview/studio.css', 'webview/studio.js'],
    ]);
    assert.equal(external.size, 0);
  });
});
