/** `npm start`: builds, runs the example's pipelines with the built-in endpoint, and says what to do next. */
import { join, relative } from 'node:path';
import { runNode } from './command.ts';
import { exampleFolder, prepareExample } from './example.ts';
import { root } from './machine.ts';

const pipelines = ['open-qa.openline.yaml', 'closed-qa.openline.yaml'];

async function startExample(): Promise<number> {
  const built = await runNode('esbuild.mjs', '--production');
  if (built !== 0) return built;
  await prepareExample();
  for (const pipeline of pipelines) {
    const path = relative(root, join(exampleFolder, pipeline));
    console.log(`\n$ openline run ${path}`);
    const status = await runNode('dist/cli.js', 'run', path);
    if (status !== 0) return status;
  }
  console.log(`
The example workspace is ${exampleFolder}
  npm run open                   opens it in VS Code with Openline
  npx openline run FILE          runs a pipeline file of yours
  npm test                       checks everything`);
  return 0;
}

process.exitCode = await startExample();
