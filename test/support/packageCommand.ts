/**
 * `npm run package:command`: builds for production and packs the command with the library, as `npx openline` gets it.
 *
 *   node test/support/packageCommand.ts [--no-build]      --no-build: packs what is in dist
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../esbuild.mjs';
import { root } from './machine.ts';
import { packCommand } from './packages.ts';

const { values } = parseArgs({ options: { 'no-build': { type: 'boolean', default: false } } });
if (!values['no-build']) await build({ production: true });
const path = await packCommand(join(root, 'out', 'npm', 'openline'));
console.log(`${path}: ${((await stat(path)).size / 1e6).toFixed(2)} MB`);
