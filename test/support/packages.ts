/** The two things that are published: the extension as a .vsix, and the command with the library as an npm package. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import * as z from 'zod';
import { runNode, runProgram } from './command.ts';
import { root } from './machine.ts';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  keywords: z.array(z.string()),
  engines: z.object({ node: z.string() }),
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

export async function manifest(): Promise<z.infer<typeof manifestSchema>> {
  return manifestSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
}

/** Packs the extension as it was built into `dist`. */
export async function packExtension(path: string): Promise<void> {
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', path];
  const status = await runNode('node_modules/@vscode/vsce/vsce', 'package', ...options);
  if (status !== 0) throw new Error('The extension could not be packed, see above.');
}

/**
 * Makes the npm package of command and library from what was built into `dist`: bundled, so that it depends on nothing but
 * the package that its types speak of.
 *
 * @param folder where it is laid out, made anew
 * @returns path of the packed file, in the folder above
 */
export async function packCommand(folder: string): Promise<string> {
  const { name, version, description, license, keywords, engines, bin, dependencies } = await manifest();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const part of ['README.md', 'CHANGELOG.md', 'LICENSE', 'docs']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await cp(join(root, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !/^(?:webview|extension\b.*)$|\.map$/u.test(basename(path)),
  });
  await bundleTypes(join(folder, 'dist', 'index.d.ts'));
  const published = {
    ...{ name, version, description, license, keywords, type: 'module', engines, bin },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies: { zod: dependencies['zod'] },
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  const above = join(folder, '..');
  const status = await runProgram('npm', ['pack', '--silent', '--pack-destination', above], { cwd: folder });
  const packed = (await readdir(above)).find((file) => file === `${name}-${version}.tgz`);
  if (status !== 0 || packed === undefined) throw new Error('The command could not be packed, see above.');
  return join(above, packed);
}

/** The types of the library in one file. */
async function bundleTypes(path: string): Promise<void> {
  const bundle = await rollup({
    input: join(root, 'src/core/index.ts'),
    plugins: [dts({ tsconfig: join(root, 'tsconfig.json') })],
    external: [/^node:/u, /^[a-z@]/u],
  });
  await bundle.write({ file: path });
  await bundle.close();
}
