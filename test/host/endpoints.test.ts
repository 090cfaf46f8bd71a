import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectSocket } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { addApproval, userApprovalsFile } from '../../src/core/endpoints/approvals.ts';
import { endpointProfileSchema } from '../../src/core/endpoints/profile.ts';
import { LanguageModelRelay } from '../../src/host/adapters/languageModels.ts';
import { EndpointProbe } from '../../src/host/endpoints/endpointProbe.ts';
import { KeyStore } from '../../src/host/endpoints/keyStore.ts';
import { ProfileStore } from '../../src/host/endpoints/profileStore.ts';
import { COMMANDS } from '../../src/host/ids.ts';
import { networkEnvironment } from '../../src/host/network.ts';
import { EndpointDrag } from '../../src/host/trees/endpointDrag.ts';
import { EndpointsTree, type EndpointItem } from '../../src/host/trees/endpointsTree.ts';
import { startModelServer } from '../support/modelServer.ts';
import { linesOf, newestRun, read, workspaceFolder, write } from './workspace.ts';

const file = `# ours
endpoints:
  # the fast one
  first: { base_url: "http://first.test/v1" } # keep
  second: { base_url: "http://second.test/v1", auth: none }
`;

async function setting(
  name: string,
  value: unknown,
  target = vscode.ConfigurationTarget.Global,
  section = 'openline',
): Promise<void> {
  await vscode.workspace.getConfiguration(section).update(name, value, target);
}

async function forget(): Promise<void> {
  const { Global, Workspace } = vscode.ConfigurationTarget;
  for (const name of ['endpoints', 'defaultEndpoint', 'budget', 'confirmRun']) {
    await setting(name, undefined, Global);
    await setting(name, undefined, Workspace);
  }
}

/** Secret storage in memory. */
function memory(held = new Map<string, string>()): vscode.SecretStorage {
  return {
    keys: () => Promise.resolve([...held.keys()]),
    get: (key) => Promise.resolve(held.get(key)),
    store: (key, value) => Promise.resolve(void held.set(key, value)),
    delete: (key) => Promise.resolve(void held.delete(key)),
    onDidChange: () => ({ dispose: () => undefined }),
  };
}

function partsOf(secrets = memory()): { store: ProfileStore; tree: EndpointsTree } {
  const keys = new KeyStore(secrets);
  const store = new ProfileStore(keys, () => Promise.resolve([workspaceFolder()]));
  return { store, tree: new EndpointsTree(store, keys) };
}

const probe = new EndpointProbe({
  script: join(vscode.extensions.getExtension('openline.openline')?.extensionPath ?? '', 'dist', 'cli.js'),
  environment: networkEnvironment,
  relay: (reply) => new LanguageModelRelay(reply),
});
const never = new AbortController().signal;

describe('endpoint profiles', () => {
  beforeEach(async () => {
    await forget();
    await write('.openline/endpoints.yaml', file);
  });
  afterEach(async () => {
    await forget();
    await write('.openline/endpoints.yaml', 'endpoints: {}\n');
  });

  const itemsOf = async (tree: EndpointsTree): Promise<readonly EndpointItem[]> => tree.getChildren();
  const item = async (name: string): Promise<EndpointItem> => {
    const { tree } = partsOf();
    const found = (await itemsOf(tree)).find(({ profileName }) => profileName === name);
    tree.dispose();
    return found ?? assert.fail(`${name} is not in the view`);
  };
  const names = async (): Promise<readonly string[]> => {
    const { tree } = partsOf();
    const found = (await itemsOf(tree)).map(({ profileName }) => profileName);
    tree.dispose();
    return found;
  };

  it('move up and down where they are written; comments go along', async () => {
    await vscode.commands.executeCommand(COMMANDS.moveEndpointDown, 'first');
    assert.deepEqual(await names(), ['second', 'first', 'sample']);
    assert.match(await read('.openline/endpoints.yaml'), /# the fast one\n {2}first: .* # keep/u);
    // It is the last already.
    await vscode.commands.executeCommand(COMMANDS.moveEndpointDown, 'first');
    await vscode.commands.executeCommand(COMMANDS.moveEndpointUp, 'first');
    assert.deepEqual(await names(), ['first', 'second', 'sample']);
  });

  it('changes that come at the same time all count', async () => {
    await write('.openline/endpoints.yaml', `${file}  third: { base_url: "http://third.test/v1" }\n`);
    const down = async (name: string): Promise<void> => {
      await vscode.commands.executeCommand(COMMANDS.moveEndpointDown, name);
    };
    await Promise.all([
      down('first'),
      down('first'),
      vscode.commands.executeCommand(COMMANDS.setDefaultEndpoint, 'third'),
    ]);
    assert.deepEqual(await names(), ['second', 'third', 'first', 'sample']);
    assert.match(await read('.openline/endpoints.yaml'), /^default: third$/mu);
  });

  it('of the settings move, too, and by drag and drop', async () => {
    await setting('endpoints', {
      one: { base_url: 'http://one.test' },
      two: { base_url: 'http://two.test' },
      three: { base_url: 'http://three.test' },
    });
    await vscode.commands.executeCommand(COMMANDS.moveEndpointUp, 'two');
    assert.deepEqual((await names()).slice(0, 3), ['two', 'one', 'three']);
    const drag = new EndpointDrag(() => undefined);
    const data = new vscode.DataTransfer();
    drag.handleDrag([await item('three')], data);
    await drag.handleDrop(await item('two'), data);
    assert.deepEqual((await names()).slice(0, 3), ['three', 'two', 'one']);
    // Another place has an order of its own.
    await drag.handleDrop(await item('first'), data);
    assert.deepEqual((await names()).slice(0, 5), ['three', 'two', 'one', 'first', 'second']);
  });

  it('a pool names its replicas, and what is wrong with them; tags stand with the rest', async () => {
    await write(
      '.openline/endpoints.yaml',
      `${file}  both: { kind: pool, replicas: [first, second], tags: [fast, ours] }\n  lame: { kind: pool, replicas: [gone] }\n`,
    );
    const both = await item('both');
    assert.equal(both.description, 'shared by first, second · workspace · #fast · #ours');
    assert.match(
      typeof both.tooltip === 'string' ? both.tooltip : '',
      /first: http:\/\/first\.test\/v1\nsecond: http:\/\/second\.test\/v1/u,
    );
    assert.ok(both.iconPath instanceof vscode.ThemeIcon && both.iconPath.id === 'layers');
    const lame = await item('lame');
    assert.match(String(lame.description), /names gone, which no profile is called/u);
    assert.ok(lame.iconPath instanceof vscode.ThemeIcon && lame.iconPath.id === 'warning');
  });

  it('one is the default: of the file for the command as well, and pipelines without an endpoint ask it', async () => {
    await write('.openline/endpoints.yaml', `${file}  mine: { kind: sample, model: from-the-default }\n`);
    await vscode.commands.executeCommand(COMMANDS.setDefaultEndpoint, 'mine');
    assert.match(await read('.openline/endpoints.yaml'), /^default: mine$/mu);
    assert.match(String((await item('mine')).description), /^default · /u);
    const pipeline = await write(
      'unnamed.openline.yaml',
      'openline: 1\nrecipe: open-qa\nwith: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }\noutput: data/unnamed.jsonl\n',
    );
    await setting('openStudioOnRun', false);
    await vscode.commands.executeCommand(COMMANDS.run, pipeline);
    assert.equal((await newestRun('unnamed'))?.state, 'done');
    assert.equal((await linesOf('data/unnamed.jsonl')).length, 2);
    const card = await read('data/unnamed.jsonl.card.json');
    assert.match(card, /from-the-default/u);
    // The file speaks before the settings: a profile of the settings becomes the default there.
    await setting('endpoints', { house: { base_url: 'http://house.test/v1' } });
    await vscode.commands.executeCommand(COMMANDS.setDefaultEndpoint, 'house');
    assert.match(await read('.openline/endpoints.yaml'), /^default: house$/mu);
    const { store } = partsOf();
    assert.equal((await store.all()).defaultName, 'house');
  });

  it('the default of the settings counts where the file has none', async () => {
    await vscode.commands.executeCommand(COMMANDS.setDefaultEndpoint, 'sample');
    assert.equal(vscode.workspace.getConfiguration('openline').get('defaultEndpoint'), 'sample');
    assert.match(String((await item('sample')).description), /^default · /u);
  });

  it('a profile of the workspace’s settings is taken whole, and gets no key of another host', async () => {
    await setting('endpoints', {
      service: { base_url: 'https://service.test/v1', api_key_env: 'OPENAI_API_KEY', headers: { 'x-team': 'mine' } },
    });
    await setting(
      'endpoints',
      { service: { base_url: 'https://attacker.test/v1' } },
      vscode.ConfigurationTarget.Workspace,
    );
    process.env['OPENAI_API_KEY'] = 'sk-of-the-environment';
    try {
      const secrets = memory(new Map([['openline.key:https://service.test', 'sk-entered']]));
      const { store } = partsOf(secrets);
      const known = (await store.all()).profiles.find(({ name }) => name === 'service');
      assert.ok(known !== undefined);
      assert.equal(known.profile.base_url, 'https://attacker.test/v1');
      assert.deepEqual(known.profile.headers, {});
      assert.equal((await store.withKey(known)).key, undefined);
    } finally {
      delete process.env['OPENAI_API_KEY'];
    }
  });

  it('a variable that a workspace names is read only for hosts that the user has approved, as the command does', async () => {
    await write(
      '.openline/endpoints.yaml',
      'endpoints:\n  house: { base_url: "https://house.test/v1", api_key_env: HOUSE_KEY }\n',
    );
    process.env['HOUSE_KEY'] = 'sk-house';
    const approvals = userApprovalsFile(process.env, homedir());
    try {
      const { store } = partsOf();
      const keyOf = async (): Promise<string | undefined> => {
        const known = (await store.all()).profiles.find(({ name }) => name === 'house');
        return known === undefined ? undefined : (await store.withKey(known)).key;
      };
      assert.equal(await keyOf(), undefined);
      await mkdir(dirname(approvals), { recursive: true });
      await addApproval(approvals, { origin: 'https://house.test', variable: 'HOUSE_KEY' });
      assert.equal(await keyOf(), 'sk-house');
      await write(
        '.openline/endpoints.yaml',
        'endpoints:\n  house: { base_url: "https://attacker.test/v1", api_key_env: HOUSE_KEY }\n',
      );
      assert.equal(await keyOf(), undefined);
    } finally {
      delete process.env['HOUSE_KEY'];
      await rm(approvals, { force: true });
    }
  });
});

describe('the way to a service', () => {
  const profileOf = (url: string) => ({
    name: 'house',
    profile: endpointProfileSchema.parse({ base_url: url, model: 'test-model', auth: 'none', retries: 0 }),
  });

  it('services on this machine are found by asking for their models; what is none is left out', async () => {
    const service = await startModelServer();
    const other = createServer((_request, response) => response.end('<html>a web page</html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = other.address() as AddressInfo;
      const candidates = [
        { ...profileOf(service.url), name: 'there' },
        { ...profileOf(`http://127.0.0.1:${String(port)}/v1`), name: 'page' },
        { ...profileOf('http://127.0.0.1:1/v1'), name: 'nothing' },
      ];
      assert.deepEqual(await probe.find(candidates, never), [
        { name: 'there', models: ['test-model'], wantsKey: false },
      ]);
    } finally {
      other.close();
      await service.close();
    }
  });

  it('leads over the proxy of VS Code’s settings, and past it for the hosts that need none', async () => {
    const service = await startModelServer();
    const target = new URL(service.url);
    const seen: string[] = [];
    // It brings every name to the service, by either of the ways that a client may choose.
    const proxy = createServer((asked, response) => {
      const wanted = new URL(asked.url ?? '');
      seen.push(wanted.hostname);
      const { method, headers } = asked;
      const onward = send(new URL(wanted.pathname, target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      asked.pipe(onward);
    });
    proxy.on('connect', (asked, socket, head) => {
      seen.push((asked.url ?? '').split(':')[0] ?? '');
      const onward = connectSocket(Number(target.port), target.hostname, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const { Global } = vscode.ConfigurationTarget;
    try {
      await setting('proxy', `http://127.0.0.1:${String(port)}`, Global, 'http');
      const reached = await probe.test(profileOf('http://models.house.test/v1'), never);
      assert.equal(reached.ok, true, reached.message);
      assert.deepEqual([...new Set(seen)], ['models.house.test']);
      await setting('noProxy', ['models.house.test'], Global, 'http');
      const past = await probe.test(profileOf('http://models.house.test/v1'), never);
      assert.match(past.message, /name of the host models\.house\.test could not be resolved/u);
    } finally {
      await setting('noProxy', undefined, Global, 'http');
      await setting('proxy', undefined, Global, 'http');
      proxy.closeAllConnections();
      proxy.close();
      await service.close();
    }
  });
});

describe('a budget of the settings', () => {
  afterEach(forget);

  const text = (output: string, more = ''): string =>
    `openline: 1\nendpoint: sample\nrecipe: open-qa\nwith: { n_macro_topics: 2, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }\n${more}output: ${output}\n`;

  it('pauses a run whose pipeline has none; the pipeline’s own goes before it', async () => {
    await setting('openStudioOnRun', false);
    await setting('budget', { requests: 3 });
    const file = await write('thrifty.openline.yaml', text('data/thrifty.jsonl', 'model: thrifty\n'));
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const paused = await newestRun('thrifty');
    assert.equal(paused?.state, 'paused');
    assert.equal(paused.totals.requests, 3);
    const own = await write('own.openline.yaml', text('data/own.jsonl', 'model: own\nbudget: { requests: 0 }\n'));
    await vscode.commands.executeCommand(COMMANDS.run, own);
    assert.equal((await newestRun('own'))?.state, 'done');
  });

  it('an estimate is a page of its own and sends nothing', async () => {
    const file = await write('planned.openline.yaml', text('data/planned.jsonl'));
    await vscode.commands.executeCommand(COMMANDS.estimate, file);
    const page = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'openline-estimate')?.getText() ?? '';
    assert.match(page, /# Estimate of planned\.openline\.yaml/u);
    assert.match(page, /\| macro_topics +\|/u);
    assert.equal(await newestRun('planned'), undefined);
    await assert.rejects(readFile(join(workspaceFolder(), 'data', 'planned.jsonl')));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
