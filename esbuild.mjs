/**
 * Makes everything that is loaded at run time, in dist/ (and, with --tests, the suite for the extension host in out/).
 *
 *   node esbuild.mjs [--production] [--watch] [--tests]
 *
 * --production minifies and leaves the source maps out; --watch rebuilds on every change.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import * as z from 'zod';

const root = fileURLToPath(new URL('.', import.meta.url));

/** CommonJS packages inside an ESM bundle still call `require` for Node's own modules. */
const requireInModules = `import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);`;

/** @typedef {esbuild.BuildOptions & { metafile: true }} Bundle */

/** @param {boolean} production @returns {Bundle} */
function shared(production) {
  return {
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    sourcemap: production ? false : 'linked',
    minify: production,
    legalComments: 'none',
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'error' },
  };
}

/** @param {boolean} production @returns {Bundle} */
function nodeModules(production) {
  return {
    ...shared(production),
    platform: 'node',
    format: 'esm',
    target: 'node22.19',
    splitting: true,
    outdir: 'dist',
    banner: { js: requireInModules },
  };
}

/**
 * What is read on activation leaves the parts where they are: a bundle of their own.
 *
 * @type {esbuild.Plugin}
 */
const partsApart = {
  name: 'parts-apart',
  setup(plugin) {
    plugin.onResolve({ filter: /[/]parts[.]ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './parts.js', external: true } : undefined,
    );
  },
};

/**
 * Every bundle by name; `vscode` is external in those of the extension alone.
 *
 * What VS Code reads on activation is one small CommonJS file: an ES module is loaded through VS Code's hooks, piece by
 * piece, while others of the extension host take their turns in between. It loads the parts, which are ES modules (VS Code
 * loads those since 1.100), so that what a command needs is a chunk that loads when the command is first used.
 *
 * @param {boolean} production
 * @returns {Record<'extension' | 'parts' | 'command' | 'webview', Bundle>}
 */
export function bundles(production) {
  return {
    extension: {
      ...shared(production),
      platform: 'node',
      format: 'cjs',
      target: 'node22.19',
      entryPoints: { extension: 'src/host/extension.ts' },
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      external: ['vscode'],
      plugins: [partsApart],
    },
    parts: {
      ...nodeModules(production),
      entryPoints: { parts: 'src/host/parts.ts' },
      chunkNames: 'parts-[hash]',
      external: ['vscode'],
    },
    command: {
      ...nodeModules(production),
      // The worker is the extension's; it shares the engine's chunks.
      entryPoints: {
        cli: 'src/cli/main.ts',
        index: 'src/core/index.ts',
        datasetWorker: 'src/host/datasets/datasetWorker.ts',
      },
      chunkNames: 'engine-[hash]',
    },
    webview: {
      ...shared(production),
      minify: production,
      platform: 'browser',
      format: 'iife',
      target: 'chrome138',
      entryPoints: {
        dataset: 'webview/dataset/main.ts',
        studio: 'webview/studio/main.ts',
        preview: 'webview/preview/main.ts',
        setup: 'webview/setup/main.ts',
        gallery: 'webview/gallery/main.ts',
        statistics: 'webview/statistics/main.ts',
        boot: 'webview/ui/boot.ts',
      },
      outdir: 'dist/webview',
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
    },
  };
}

/**
 * The suite that runs inside the extension host; packages are not bundled: it runs in the repository.
 *
 * @returns {Promise<Bundle>}
 */
export async function hostTestBundle() {
  const files = (await readdir(join(root, 'test/host'))).filter((name) => name.endsWith('.ts'));
  return {
    ...nodeModules(false),
    entryPoints: files.map((name) => `test/host/${name}`),
    outdir: 'out/host',
    packages: 'external',
    chunkNames: 'chunk-[hash]',
    logLevel: 'error',
  };
}

/** What is read as files at run time, from → to. @type {[string, string][]} */
const copies = [
  ['src/core/library', 'dist/library'],
  ['test/fixtures/example', 'dist/example'],
  ['node_modules/@vscode/codicons/dist/codicon.css', 'dist/webview/codicon.css'],
  ['node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf'],
];

async function copyFiles() {
  for (const [from, to] of copies) {
    await rm(join(root, to), { recursive: true, force: true });
    await cp(join(root, from), join(root, to), { recursive: true });
  }
}

/** JSON Schemas for editors, made from the validators at every build, so that they are never out of date. */
const schemasFolder = 'dist/schemas';

async function writeSchemas() {
  const { editorSchemas } = await import('./src/core/pipeline/editorSchemas.ts');
  const schemas = await editorSchemas(join(root, 'src/core/library/recipes'));
  await rm(join(root, schemasFolder), { recursive: true, force: true });
  await mkdir(join(root, schemasFolder), { recursive: true });
  for (const [name, schema] of Object.entries(schemas)) {
    await writeFile(join(root, schemasFolder, name), JSON.stringify(schema));
  }
}

/** Strings for translators, and the translations there are. */
const stringsFolder = 'dist/l10n';

/** What people read in the code, in English, is written down at every build, so that it is never out of date. */
async function writeStrings() {
  const { bundleOf, collectStrings } = await import('./l10n/collectStrings.ts');
  await rm(join(root, stringsFolder), { recursive: true, force: true });
  await mkdir(join(root, stringsFolder), { recursive: true });
  await writeFile(join(root, stringsFolder, 'bundle.l10n.json'), bundleOf(await collectStrings(root)));
  const translations = (await readdir(join(root, 'l10n'))).filter((name) => /^bundle\.l10n\..+\.json$/u.test(name));
  for (const name of translations) await cp(join(root, 'l10n', name), join(root, stringsFolder, name));
}

/** Licences of the packages whose code or fonts are in the bundles. */
const noticesFile = 'dist/THIRD-PARTY-NOTICES.txt';

/** @param {readonly esbuild.Metafile[]} metafiles */
async function writeNotices(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const copied = copies.map(([from]) => from);
  const folders = [...inputs, ...copied].flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? [],
  );
  const notices = await Promise.all([...new Set(folders)].sort().map(noticeOf));
  const head = 'Openline contains parts of these packages, under their own licences.\n';
  await writeFile(join(root, noticesFile), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}

/** @param {string} folder of a package, relative to the root @returns its name, version, licence and the licence's text */
async function noticeOf(folder) {
  const text = await readFile(join(root, folder, 'package.json'), 'utf8');
  /** @type {unknown} */
  const parsed = JSON.parse(text);
  const { name, version, license } = z
    .object({ name: z.string(), version: z.string(), license: z.string().optional() })
    .parse(parsed);
  const files = (await readdir(join(root, folder)))
    .filter((file) => /^(?:licen[cs]e|copying|notice)/iu.test(file))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
  const head = `${name} ${version} (${license ?? 'see below'})\n`;
  return [head, ...texts.map((licence) => `${licence.trim()}\n`)].join('\n');
}

/** Removes what an earlier build left, such as chunks under an older hash. @param {Set<string>} written */
async function sweep(written) {
  const kept = [...copies.map(([, to]) => to), schemasFolder, stringsFolder, noticesFile].map((to) =>
    resolve(root, to),
  );
  for (const entry of await readdir(join(root, 'dist'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const copied = kept.some((copy) => path === copy || path.startsWith(join(copy, '/')));
    if (entry.isFile() && !copied && !written.has(path)) await rm(path, { force: true });
  }
}

/** @param {{ production?: boolean, tests?: boolean }} [options] @returns the files written, with their sizes */
export async function build({ production = false, tests = false } = {}) {
  await mkdir(join(root, 'dist'), { recursive: true });
  const results = await Promise.all(Object.values(bundles(production)).map((options) => esbuild.build(options)));
  const outputs = results.flatMap((result) => Object.entries(result.metafile.outputs));
  await copyFiles();
  await writeSchemas();
  await writeStrings();
  await writeNotices(results.map(({ metafile }) => metafile));
  await sweep(new Set(outputs.map(([path]) => resolve(root, path))));
  if (tests) {
    await rm(join(root, 'out/host'), { recursive: true, force: true });
    await esbuild.build(await hostTestBundle());
  }
  return outputs;
}

/** @param {boolean} tests */
async function watch(tests) {
  const options = [...Object.values(bundles(false)), ...(tests ? [await hostTestBundle()] : [])];
  await copyFiles();
  await writeSchemas();
  await writeStrings();
  const report = {
    name: 'report',
    /** @param {esbuild.PluginBuild} plugin */
    setup(plugin) {
      plugin.onStart(() => console.log('[watch] build started'));
      plugin.onEnd(() => console.log('[watch] build finished'));
    },
  };
  for (const option of options) await (await esbuild.context({ ...option, plugins: [report] })).watch();
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const given = new Set(process.argv.slice(2));
  const tests = given.has('--tests');
  if (given.has('--watch')) {
    await watch(tests);
  } else {
    const outputs = await build({ production: given.has('--production'), tests });
    const bytes = outputs.reduce((sum, [path, { bytes: size }]) => (path.endsWith('.map') ? sum : sum + size), 0);
    console.log(`Built dist: ${Math.round(bytes / 1024)} KiB of code in ${outputs.length} files.`);
  }
}
