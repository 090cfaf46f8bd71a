/**
 * `npm run test:scale`: the built command beyond one machine and one sitting, against services that take requests by the
 * file, and on a Ray cluster of this machine; where Ray cannot be installed, its tests count as skipped, with the reason.
 *
 *   node test/support/runScale.ts [--total] [--grep text]      --total: the last line counts what has run before, too
 */
import { parseArgs } from 'node:util';
import { prepareEnvironment } from '../interop/support/pythonEnvironment.ts';
import { runSuite, tellCounts } from './suiteTotal.ts';

const { values } = parseArgs({ options: { total: { type: 'boolean', default: false }, grep: { type: 'string' } } });

console.log('\n── scale');
const obstacle = await prepareEnvironment('scale');
if (obstacle !== undefined) process.env['OPENLINE_WITHOUT_RAY'] = obstacle;
await tellCounts('scale', await runSuite('scale', values.grep), values.total);
