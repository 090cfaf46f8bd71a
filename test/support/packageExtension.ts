/**
 * `npm run package`: builds for production and packs the extension; says its size and fails when it is too large or has
 * native parts.
 *
 *   node test/support/packageExtension.ts [--no-build]      --no-build: packs what is in dist
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unzipSync } from 'fflate';
import { build } from '../../esbuild.mjs';
import { manifest, packExtension } from './packages.ts';
import { root } from './machine.ts';

const LARGEST_BYTES = 6_000_000;

const { values } = parseArgs({ options: { 'no-build': { type: 'boolean', default: false } } });
if (!values['no-build']) await build({ production: true });
const { version } = await manifest();
const path = join(root, `openline-${version}.vsix`);
await packExtension(path);
const { size } = await stat(path);
const names = Object.keys(unzipSync(await readFile(path)));
const native = names.filter((name) => /\.(?:node|so|dll|dylib|wasm|exe)$/u.test(name));
console.log(`${path}: ${(size / 1e6).toFixed(2)} MB in ${String(names.length)} files`);
if (native.length > 0) console.error(`It has native parts: ${native.join(', ')}`);
if (size > LARGEST_BYTES) console.error(`It is larger than ${String(LARGEST_BYTES / 1e6)} MB.`);
process.exitCode = native.length > 0 || size > LARGEST_BYTES ? 1 : 0;
