import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for young objects at the size it has now (some megabytes, once the program is loaded). Left alone it
 * doubles again and again while records stream through, which makes a process of the same live size half as large again
 * and buys hardly any speed. The factor is read at every growth, so that it can be set while the program runs, whatever
 * started it: the `openline` command, `node dist/cli.js` or the editor.
 *
 * Measured with a million records of 500 bytes: see `npm run bench -- memory`.
 */
export function boundMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
