/**
 * `npm run test:scale`: the built command beyond one machine and one sitting, against services that take requests by the file.
 *
 *   node test/support/runScale.ts [--total] [--grep text]      --total: the last line counts what has run before, too
 */
import { parseArgs } from 'node:util';
import { runSuite, tellCounts } from './suiteTotal.ts';

const { values } = parseArgs({ options: { total: { type: 'boolean', default: false }, grep: { type: 'string' } } });

console.log('\n── scale');
await tellCounts('scale', await runSuite('scale', values.grep), values.total);
