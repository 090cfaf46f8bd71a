#!/usr/bin/env node
/** The first file of the command: says in plain words when Node.js is too old for the rest, which would not even load. */
const needed = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > needed[0] || (major === needed[0] && minor >= needed[1])) await import('./start.ts');
else {
  process.stderr.write(
    `Openline needs Node.js ${needed.join('.')} or newer; this is ${process.version}. Install a newer one, or run it with: npx -p node@24 openline …\n`,
  );
  process.exitCode = 2;
}
