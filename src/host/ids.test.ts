import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as z from 'zod';
import { parseJson } from '../core/record/json.ts';
import { OPENLINE_FOLDER as ENGINE_FOLDER } from '../core/run/runFolder.ts';
import {
  COMMANDS,
  CONTAINER,
  CONTEXT_KEYS,
  DATASET_EDITOR,
  GALLERY_PANEL,
  ITEM_KINDS,
  OPENLINE_FOLDER,
  SETTINGS,
  SETTINGS_SECTION,
  PREVIEW_PANEL,
  PROMPT_LANGUAGE,
  SETUP_EDITOR,
  STATISTICS_PANEL,
  STUDIO_PANEL,
  TASK_TYPE,
  VIEWS,
} from './ids.ts';

const entry = z.object({ command: z.string(), when: z.string().optional() });
const manifestSchema = z.object({
  activationEvents: z.array(z.string()),
  capabilities: z.object({ untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }) }),
  contributes: z.object({
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.string(),
        icon: z.string().optional(),
        enablement: z.string().optional(),
      }),
    ),
    viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string() })) }),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), icon: z.string() }))),
    viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string().optional() })),
    menus: z.record(z.string(), z.array(entry)),
    keybindings: z.array(z.object({ command: z.string(), when: z.string() })),
    customEditors: z.array(z.object({ viewType: z.string(), priority: z.string() })),
    languages: z.array(z.object({ id: z.string() })),
    taskDefinitions: z.array(z.object({ type: z.string() })),
    problemMatchers: z.array(z.object({ name: z.string() })),
    configuration: z.object({ properties: z.record(z.string(), z.unknown()) }),
  }),
});

const root = new URL('../../', import.meta.url);
const manifestText = await readFile(new URL('package.json', root), 'utf8');
const manifest = manifestSchema.parse(parseJson(manifestText));
const wording = z
  .record(z.string(), z.string())
  .parse(parseJson(await readFile(new URL('package.nls.json', root), 'utf8')));
const { contributes } = manifest;

test('every command of the manifest has a name in the code, and the other way round', () => {
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), Object.values(COMMANDS).sort());
});

test('every command has the category Openline, an icon, and a file of its own that registers it', async () => {
  const files = new Set(await readdir(new URL('src/host/commands/', root)));
  for (const [name, id] of Object.entries(COMMANDS)) {
    const command = contributes.commands.find((candidate) => candidate.command === id);
    assert.equal(command?.category, 'Openline');
    assert.match(command.icon ?? '', /^\$\([a-z-]+\)$/u, `${id} has no icon`);
    assert.ok(files.has(`${name}.ts`), `src/host/commands/${name}.ts is missing`);
  }
});

test('keys work in views and editors of our own alone', () => {
  const views = new Set<string>(Object.values(VIEWS));
  for (const { command, when } of contributes.keybindings) {
    assert.ok(Object.values(COMMANDS).some((id) => id === command));
    const inView = views.has(/focusedView == '([^']+)'/u.exec(when)?.[1] ?? '');
    const inEditor = /^activeCustomEditorId == '([^']+)'/u.exec(when)?.[1] === DATASET_EDITOR;
    assert.ok(inView || inEditor, `${command} takes its key everywhere`);
  }
});

test('views and container are the ones the code fills', () => {
  assert.deepEqual(
    contributes.viewsContainers.activitybar.map(({ id }) => id),
    [CONTAINER],
  );
  assert.deepEqual(contributes.views[CONTAINER]?.map(({ id }) => id).sort(), Object.values(VIEWS).sort());
});

test('editors of our own are those that the code fills, and open only when they are asked for', () => {
  assert.deepEqual(contributes.customEditors.map(({ viewType }) => viewType).sort(), [DATASET_EDITOR, SETUP_EDITOR]);
  for (const { priority } of contributes.customEditors) assert.equal(priority, 'option');
});

test('every view has a welcome text', () => {
  const welcomed = new Set(contributes.viewsWelcome.map(({ view }) => view));
  for (const view of Object.values(VIEWS)) assert.ok(welcomed.has(view), `${view} has no welcome text`);
});

test('menus name commands that exist, and item kinds and context keys that the code sets', () => {
  const commands = new Set<string>(Object.values(COMMANDS));
  const kinds = Object.values(ITEM_KINDS);
  const keys = new Set<string>(Object.values(CONTEXT_KEYS));
  const entries = Object.values(contributes.menus).flat();
  const conditions = [
    ...entries.map(({ when }) => when ?? ''),
    ...contributes.commands.map(({ enablement }) => enablement ?? ''),
    ...contributes.viewsWelcome.map(({ when }) => when ?? ''),
    ...contributes.keybindings.map(({ when }) => when.replaceAll(/focusedView == '[^']+'/gu, '')),
  ];
  for (const { command } of entries) assert.ok(commands.has(command), `${command} is in a menu and does not exist`);
  for (const condition of conditions) {
    for (const [, pattern] of condition.matchAll(/viewItem =~ \/(.+?)\/(?: |$)/gu)) {
      assert.ok(
        kinds.some((kind) => new RegExp(pattern ?? '', 'u').test(kind)),
        `no item matches ${pattern}`,
      );
    }
    for (const [, kind] of condition.matchAll(/viewItem == (\S+)/gu)) {
      assert.ok(
        kinds.some((known) => known === kind),
        `no item is a ${kind}`,
      );
    }
    const rest = condition
      .replaceAll(/(?:view|viewItem) (?:==|=~) \S+/gu, '')
      .replaceAll(/activeCustomEditorId (?:==|!=) '[^']+'/gu, '')
      .replaceAll(/\/.+\//gu, '');
    for (const [key] of rest.matchAll(/openline\.[A-Za-z.]+/gu)) {
      assert.ok(keys.has(key), `${key} is asked for and never set`);
    }
  }
});

test('settings are the ones the code reads, and workspaces that are not trusted cannot set endpoints', () => {
  assert.deepEqual(
    Object.keys(contributes.configuration.properties).sort(),
    Object.values(SETTINGS)
      .map((name) => `${SETTINGS_SECTION}.${name}`)
      .sort(),
  );
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  for (const name of [SETTINGS.endpoints, SETTINGS.defaultEndpoint, SETTINGS.budget, SETTINGS.confirmRun])
    assert.ok(restrictedConfigurations.includes(`${SETTINGS_SECTION}.${name}`), name);
});

test('activation waits for a need', () => {
  for (const panel of [STUDIO_PANEL, PREVIEW_PANEL, GALLERY_PANEL, STATISTICS_PANEL]) {
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${panel}`), panel);
  }
  assert.deepEqual(
    contributes.languages.map(({ id }) => id),
    [PROMPT_LANGUAGE],
  );
  for (const event of manifest.activationEvents) assert.doesNotMatch(event, /^(?:\*|onStartupFinished)$/u);
});

test('the wording of the manifest is in package.nls.json, all of it and nothing else', () => {
  const named = [...manifestText.matchAll(/%([A-Za-z._]+)%/gu)].map(([, name]) => name ?? '');
  assert.deepEqual([...new Set(named)].sort(), Object.keys(wording).sort());
  for (const [name, text] of Object.entries(wording)) {
    for (const [, command] of text.matchAll(/\(command:(openline\.[A-Za-z]+)\)/gu)) {
      assert.ok(
        Object.values(COMMANDS).some((id) => id === command),
        `${name} links ${command}`,
      );
    }
  }
});

test('there is one type of tasks, with a problem matcher of its name', () => {
  const { taskDefinitions, problemMatchers } = contributes;
  assert.deepEqual(taskDefinitions, [{ type: TASK_TYPE }]);
  assert.deepEqual(problemMatchers, [{ name: TASK_TYPE }]);
});

test('the folder beside a project is the one that the engine makes', () => {
  assert.equal(OPENLINE_FOLDER, ENGINE_FOLDER);
});
