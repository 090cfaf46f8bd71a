import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forInstallation } from '../support/prepareMachine.ts';

test('an installation of its own does not hear of the Node.js and the package that npm was started with', () => {
  const environment = forInstallation({
    PATH: '/usr/bin',
    HOME: '/home/somebody',
    npm_config_user_agent: 'npm/11.0.0 node/v20.0.0 linux x64',
    npm_config_local_prefix: '/repository',
    npm_config_registry: 'http://localhost',
    npm_node_execpath: '/usr/bin/node',
    npm_package_json: '/repository/package.json',
    npm_lifecycle_event: 'test',
    INIT_CWD: '/repository',
  });
  const names = Object.keys(environment).filter((name) =>
    /user_agent|prefix|node_exec|package_json|event|CWD/u.test(name),
  );
  assert.deepEqual(names, []);
  assert.equal(environment['npm_config_registry'], 'http://localhost');
  assert.match(environment['PATH'] ?? '', /bin.+\/usr\/bin$/u);
});
