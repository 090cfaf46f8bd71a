import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { KeyStore } from '../../src/host/endpoints/keyStore.ts';
import { ProfileStore } from '../../src/host/endpoints/profileStore.ts';
import { saveProfile } from '../../src/host/endpoints/saveProfile.ts';
import { PIPELINE_GLOB } from '../../src/host/ids.ts';
import { EndpointsTree } from '../../src/host/trees/endpointsTree.ts';
import type { RunEntry } from '../../src/host/runs/runEntry.ts';
import { FilesTree } from '../../src/host/trees/filesTree.ts';
import { RunItem } from '../../src/host/trees/runsTree.ts';
import { FileCatalog } from '../../src/host/workspace/fileCatalog.ts';
import { eventually, read, workspaceFolder, write } from './workspace.ts';

/** Secret storage in memory: what the tree needs of it. */
function memory(held: Readonly<Record<string, string>>): vscode.SecretStorage {
  return {
    keys: () => Promise.resolve(Object.keys(held)),
    get: (key) => Promise.resolve(held[key]),
    store: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
}

async function setEndpoints(endpoints: Readonly<Record<string, unknown>> | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('openline').update('endpoints', endpoints, vscode.ConfigurationTarget.Global);
}

describe('the views', () => {
  const opened: vscode.Disposable[] = [];
  afterEach(() => {
    for (const disposable of opened.splice(0)) disposable.dispose();
  });

  it('list the pipelines of the workspace and follow new ones', async () => {
    const catalog = new FileCatalog(PIPELINE_GLOB);
    const tree = FilesTree.ofPipelines(catalog);
    opened.push(catalog, tree);
    const labels = async (): Promise<readonly unknown[]> => (await tree.getChildren()).map(({ label }) => label);
    assert.ok((await labels()).includes('open-qa'));
    const changed = new Promise<void>((resolve) => opened.push(tree.onDidChangeTreeData(() => resolve())));
    await write('sub/folder/new-one.openline.yaml', 'openline: 1\n');
    await changed;
    const item = await eventually('the new pipeline in the view', async () =>
      (await tree.getChildren()).find(({ label }) => label === 'new-one'),
    );
    assert.equal(item.description, 'sub/folder');
    await vscode.workspace.fs.delete(item.uri);
  });

  it('tell of a run how much it made, what was rejected and what it took', () => {
    const tokens = { prompt: 1200, completion: 300 };
    const totals = { records: 40, discarded: 12, requests: 49, reused: 7, tokens, cost: 0.25, seconds: 600 };
    const entry: RunEntry = {
      ...{ run: 'a', folder: '/a', mode: 'run', state: 'paused', stop: null, owner: 'nobody', finishedAt: null },
      ...{ pipeline: { file: '/a.openline.yaml', name: 'a', recipe: null }, startedAt: Date.now(), outputs: [] },
      ...{ records: 40, discarded: 12, totals, error: null, hasFailures: false, snapshot: null },
    };
    const hoverOf = ({ tooltip }: RunItem) => (typeof tooltip === 'string' ? tooltip.split('\n') : []);
    const item = new RunItem(entry);
    assert.equal(item.description, 'paused · 40 records · 12 rejected · just now');
    assert.deepEqual(hoverOf(item).slice(2), [
      '40 records · 12 rejected',
      '49 requests · 7 reused · 1,500 tokens · cost 0.2500 · 10 min',
    ]);
    const none = { ...totals, discarded: 0, reused: 0, cost: null };
    const clean = new RunItem({ ...entry, state: 'done', discarded: 0, totals: none });
    assert.equal(clean.description, '40 records · just now');
    assert.equal(hoverOf(clean)[3], '49 requests · 1,500 tokens · 10 min');
  });

  describe('of endpoints', () => {
    beforeEach(() => setEndpoints(undefined));
    afterEach(() => setEndpoints(undefined));

    const treeOf = (roots: readonly string[], secrets: Readonly<Record<string, string>> = {}) => {
      const keys = new KeyStore(memory(secrets));
      const store = new ProfileStore(keys, () => Promise.resolve(roots));
      const tree = new EndpointsTree(store, keys);
      opened.push(tree);
      return { tree, store };
    };

    it('are empty without profiles, so that the welcome text shows', async () => {
      assert.deepEqual(await treeOf([]).tree.getChildren(), []);
    });

    it('take the setting before the file, and show what is wrong with a profile', async () => {
      const root = workspaceFolder();
      await write(
        '.openline/endpoints.yaml',
        'endpoints:\n  both: { base_url: "http://file.test/v1" }\n  mine: { base_url: "http://mine.test/v1" }\n',
      );
      await setEndpoints({ both: { base_url: 'http://setting.test/v1' }, broken: { base_url: 'gopher://x' } });
      const { tree, store } = treeOf([root], { 'openline.key:http://setting.test': 'secret' });
      const items = await tree.getChildren();
      assert.deepEqual(
        items.map(({ profileName, description }) => `${profileName}: ${String(description)}`).slice(1, 3),
        ['both: setting.test', 'mine: mine.test · workspace'],
      );
      assert.match(String(items[0]?.description), /http:\/\/ or https:\/\//u);
      const { profiles } = await store.all();
      const keys = (await store.withKeys(profiles)).map(({ name, key }) => [name, key]);
      assert.deepEqual(keys, [
        ['both', 'secret'],
        ['mine', undefined],
        ['sample', undefined],
      ]);
    });

    it('a list of the same items keeps them, and what they show is written anew', async () => {
      await setEndpoints({ one: { base_url: 'http://one.test/v1' }, two: { base_url: 'http://two.test/v1' } });
      const { tree } = treeOf([]);
      const told: unknown[] = [];
      const listening = tree.onDidChangeTreeData((about) => told.push(about));
      await tree.refresh();
      assert.deepEqual(told, [], 'nobody has seen the list yet');
      const before = await tree.getChildren();
      await tree.refresh();
      assert.deepEqual(told, [], 'nothing has changed');
      await setEndpoints({ one: { base_url: 'http://one.test/v1' }, two: { base_url: 'http://other.test/v1' } });
      await tree.refresh();
      // The very item that the editor knows.
      assert.deepEqual(told, [[before[1]]]);
      assert.match(String(before[1]?.description), /other\.test/u);
      await setEndpoints({ one: { base_url: 'http://one.test/v1' } });
      await tree.refresh();
      assert.equal(told.length, 2);
      assert.equal(told[1], undefined, 'another list is fetched as a whole');
      assert.deepEqual(
        (await tree.getChildren()).map(({ profileName }) => profileName),
        ['one', 'sample'],
      );
      listening.dispose();
    });

    it('a change that comes while the list is read is not lost; of a hidden view nothing is read', async () => {
      await setEndpoints({ one: { base_url: 'http://one.test/v1' } });
      const { tree } = treeOf([]);
      const told: unknown[] = [];
      const listening = tree.onDidChangeTreeData((about) => told.push(about));
      const reading = tree.getChildren();
      await setEndpoints({ one: { base_url: 'http://other.test/v1' } });
      await tree.refresh();
      const [item] = await reading;
      await tree.refresh();
      assert.match(String(item?.description), /other\.test/u);
      told.length = 0;
      const view = { visible: false };
      tree.follow(view);
      await tree.refresh();
      assert.deepEqual(told, [undefined], 'fetched when it is seen again');
      listening.dispose();
    });

    it('a list that could not be read is there with the next change', async () => {
      let isBroken = true;
      const store = new ProfileStore(new KeyStore(memory({})), () =>
        isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve([]),
      );
      const tree = new EndpointsTree(store, new KeyStore(memory({})));
      opened.push(tree);
      const told: unknown[] = [];
      const listening = tree.onDidChangeTreeData((about) => told.push(about));
      await setEndpoints({ one: { base_url: 'http://one.test/v1' } });
      await assert.rejects(tree.getChildren(), /no disk/u);
      isBroken = false;
      await tree.refresh();
      assert.deepEqual(told, [undefined]);
      assert.equal((await tree.getChildren()).length, 2);
      listening.dispose();
    });

    it('a profile that the workspace redirects gets no key', async () => {
      await setEndpoints(undefined);
      await write(
        '.openline/endpoints.yaml',
        'endpoints:\n  service: { base_url: "https://attacker.test/v1", model: m }\n',
      );
      const { store } = treeOf([workspaceFolder()], { 'openline.key:https://service.test': 'secret' });
      const [known] = (await store.all()).profiles;
      assert.ok(known !== undefined);
      assert.equal((await store.withKey(known)).key, undefined);
    });

    it('a profile is added to a file without touching what stands there', async () => {
      const before = '# ours\nendpoints:\n  # the fast one\n  first: { base_url: "http://first.test/v1" } # keep\n';
      const { fsPath } = await write('.openline/endpoints.yaml', before);
      await saveProfile({ kind: 'file', path: fsPath }, 'second', { base_url: 'http://second.test/v1', auth: 'none' });
      const after = await read('.openline/endpoints.yaml');
      for (const comment of ['# ours', '# the fast one', '# keep']) assert.ok(after.includes(comment), after);
      const { store } = treeOf([workspaceFolder()]);
      assert.deepEqual(
        (await store.all()).profiles.map(({ name }) => name),
        ['first', 'second', 'sample'],
      );
    });
  });
});
