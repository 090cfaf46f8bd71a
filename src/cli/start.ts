/** Carries out what the process was started for: a command, or the work of the editor's child process. */
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { boundMemory } from './boundMemory.ts';
import { child } from './child.ts';
import { commandLine } from './commandLine.ts';
import { emptySummary, EXIT_STATUS } from './console.ts';

/** How the bundle lies on disk: the library beside it, the manifest one folder up. */
const here = import.meta.dirname;
const version =
  /"version":\s*"(?<version>[^"]+)"/u.exec(readFileSync(join(here, '..', 'package.json'), 'utf8'))?.groups?.[
    'version'
  ] ?? '0';
const library = join(here, 'library');
const stop = new AbortController();

/** Leaves without another turn of the event loop; whoever reads the JSON still gets its line. */
function exitAtOnce(): never {
  try {
    const json = emptySummary('interrupted', 'Stopped at once; go on with: openline resume latest');
    if (process.argv.includes('--json')) writeSync(process.stdout.fd, `${JSON.stringify(json)}\n`);
  } finally {
    // Nobody may be reading any more: that changes nothing.
    process.exit(EXIT_STATUS.interrupted);
  }
}

boundMemory();
if (process.argv[2] === '--child') {
  child({ library, version, env: process.env, stop });
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second one does not wait for what is in flight.
      if (stop.signal.aborted) exitAtOnce();
      process.stderr.write('\nStopping: waiting up to 5 s for the answers in flight. Once more to stop at once.\n');
      stop.abort();
    });
  }
  // A closed pipe (`| head`, `2>&1 | less`) ends the output, not the run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.exitCode = await commandLine(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    library,
    version,
    stop: stop.signal,
  });
}
