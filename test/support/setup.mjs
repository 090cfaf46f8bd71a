/**
 * The first step of `npm start`, `npm test` and `npm run open`. Written for any Node.js from 20 on and with its own modules
 * alone, because on a fresh clone there is nothing else: installs the packages when they are missing or older than the
 * lockfile, then hands over to the Node.js among them, which runs everything else.
 *
 *   node test/support/setup.mjs start|test|open [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const packages = join(root, 'node_modules');
const pinnedNode = join(packages, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** @type {Record<string, string>} */
const tasks = { start: 'startExample.ts', test: 'testEverything.ts', open: 'openExample.ts' };

/** @param {string} message @returns {never} */
function giveUp(message) {
  console.error(message);
  process.exit(1);
}

function packagesAreCurrent() {
  // npm writes this file last, so a broken installation has none.
  const installed = join(packages, '.package-lock.json');
  if (!existsSync(installed) || !existsSync(pinnedNode)) return false;
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function installPackages() {
  console.log('Installing the packages of package-lock.json (npm ci) …');
  const options = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  const npm = process.env['npm_execpath'];
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...options], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', options, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) giveUp('npm ci failed, see above. It needs a package registry within reach.');
  if (!existsSync(pinnedNode)) {
    giveUp(
      'The package `node` came without its program: its install script was not run. Allow install scripts in npm.',
    );
  }
}

const [task = '', ...rest] = process.argv.slice(2);
const script = tasks[task] ?? giveUp(`Usage: node test/support/setup.mjs ${Object.keys(tasks).join('|')} [arguments]`);
if (Number(process.versions.node.split('.')[0]) < 20)
  giveUp(`Node.js 20 or newer is needed; this is ${process.version}.`);
if (!packagesAreCurrent()) installPackages();

const path = [dirname(pinnedNode), join(packages, '.bin'), process.env['PATH'] ?? ''].join(delimiter);
const child = spawn(pinnedNode, [join(root, 'test', 'support', script), ...rest], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// Ctrl+C reaches the child by itself; it decides when to end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => giveUp(`${pinnedNode} does not start: ${error.message}`));
child.on('exit', (code) => process.exit(code ?? 1));
