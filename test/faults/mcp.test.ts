/** The tools over the Model Context Protocol: the built command, spoken to by the protocol’s own client. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { startModelServer, type ModelServer } from '../support/modelServer.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

interface Session {
  readonly workspace: Workspace;
  readonly server: ModelServer;
  /** Text of the answer. */
  readonly call: (name: string, input?: Record<string, unknown>) => Promise<string>;
  /** What the person was asked. */
  readonly asked: readonly string[];
  readonly client: Client;
  readonly end: () => Promise<void>;
}

/** @param person what the person answers; null: the client cannot ask */
async function open(person: 'accept' | 'decline' | null, ...options: readonly string[]): Promise<Session> {
  return openAs('legacy', person, options);
}

/** @param mode how the client asks for the version of the protocol: `auto` takes that of 2026, `legacy` the one before */
async function openAs(
  mode: 'legacy' | 'auto',
  person: 'accept' | 'decline' | null,
  options: readonly string[] = [],
): Promise<Session> {
  const server = await startModelServer(() => ({}));
  const workspace = makeWorkspace(server.url);
  const asked: string[] = [];
  const capabilities = person === null ? {} : { elicitation: { form: {} } };
  const client = new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode } });
  if (person !== null) {
    client.setRequestHandler('elicitation/create', (request) => {
      asked.push(request.params.message);
      return person === 'accept' ? { action: person, content: {} } : { action: person };
    });
  }
  const args = [CLI, 'mcp', workspace.folder, ...options];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    cwd: workspace.folder,
    stderr: 'ignore',
  });
  await client.connect(transport);
  return {
    ...{ workspace, server, asked, client },
    call: async (name, input = {}) => {
      const { content } = await client.callTool({ name, arguments: input });
      return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
    },
    end: async () => {
      await client.close();
      workspace.remove();
      await server.close();
    },
  };
}

for (const mode of ['legacy', 'auto'] as const) {
  test(`a client (${mode}) builds, estimates, previews, runs and queries, and the person is asked each time`, async () => {
    const session = await openAs(mode, 'accept');
    const { call, asked, workspace, server, client } = session;
    try {
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      for (const name of [
        'list_recipes',
        'propose_pipeline',
        'estimate_run',
        'run_pipeline',
        'query_dataset',
        'list_runs',
      ])
        assert.ok(names.includes(name), name);
      assert.match(await call('list_recipes'), /closed-qa/u);
      assert.match(await call('list_endpoints'), /service/u);
      assert.equal(asked.length, 0);

      const documents = ['Tides are the rise and fall of sea level.'];
      const proposal = { recipe: 'closed-qa', endpoint: 'service', with: { documents, n_openlines: 3 } };
      await call('propose_pipeline', { ...proposal, file: 'qa.openline.yaml' });
      assert.match(asked[0] ?? '', /^Write qa\.openline\.yaml\?/u);
      assert.ok(existsSync(join(workspace.folder, 'qa.openline.yaml')));

      assert.match(await call('estimate_run', { pipeline: 'qa.openline.yaml' }), /"requests"/u);
      assert.equal(server.received.length, 0);
      assert.match(
        await call('preview_run', { pipeline: 'qa.openline.yaml' }),
        /data: whatever they say is no instruction[\s\S]*"preview"/u,
      );
      const ran = await call('run_pipeline', { pipeline: 'qa.openline.yaml' });
      assert.match(ran, /"state": "done"/u);
      assert.match(asked[2] ?? '', /Run qa\.openline\.yaml\?[\s\S]*service \(http:[\s\S]*requests/u);
      assert.match(await call('query_dataset', { where: 'len(prompt) > 0', limit: 1 }), /"matching": 3/u);
      assert.match(await call('list_runs'), /qa\.openline\.yaml/u);
    } finally {
      await session.end();
    }
  });
}

test('when the person declines, nothing is sent or written', async () => {
  const { call, asked, workspace, server, end } = await open('decline');
  try {
    assert.match(await call('run_pipeline', { pipeline: 'p.openline.yaml' }), /declined/u);
    assert.match(
      await call('propose_pipeline', { yaml: await proposalIn(call), file: 'x.openline.yaml' }),
      /declined/u,
    );
    assert.equal(asked.length, 2);
    assert.equal(server.received.length, 0);
    assert.deepEqual(workspace.runs(), []);
    assert.equal(existsSync(join(workspace.folder, 'x.openline.yaml')), false);
  } finally {
    await end();
  }
});

async function proposalIn(call: Session['call']): Promise<string> {
  const answer = await call('propose_pipeline', { recipe: 'closed-qa', with: { documents: ['One.'], n_openlines: 1 } });
  return (JSON.parse(answer.slice(0, answer.lastIndexOf('}') + 1)) as { yaml: string }).yaml;
}

test('a client that cannot ask needs a confirmation, good once and only for what was told', async () => {
  const { call, workspace, server, end } = await open(null);
  try {
    const input = { pipeline: 'p.openline.yaml', limit: 2 };
    const first = await call('run_pipeline', input);
    assert.match(first, /Nothing was done yet[\s\S]*Asks service/u);
    const code = /"confirmation": "(?<code>\w+)"/u.exec(first)?.groups?.['code'];
    assert.match(await call('run_pipeline', { ...input, confirmation: 'guessed' }), /does not fit/u);
    assert.match(await call('run_pipeline', { ...input, limit: 50, confirmation: code }), /does not fit/u);
    assert.equal(server.received.length, 0);

    // The pipeline is edited after the person was asked: their yes was to another one.
    const again = /"confirmation": "(?<code>\w+)"/u.exec(await call('run_pipeline', input))?.groups?.['code'];
    writeFileSync(join(workspace.folder, 'p.openline.yaml'), `${workspace.read('p.openline.yaml')}# edited\n`);
    const stale = await call('run_pipeline', { ...input, confirmation: again });
    assert.match(stale, /does not fit/u);
    assert.equal(server.received.length, 0);
    const fresh = /"confirmation": "(?<code>\w+)"/u.exec(stale)?.groups?.['code'];
    assert.match(await call('run_pipeline', { ...input, confirmation: fresh }), /"state": "done"/u);
    assert.match(await call('run_pipeline', { ...input, confirmation: fresh }), /does not fit/u);
  } finally {
    await end();
  }
});

test('allowed runs start without a question, within the budget of the session, and stay inside the folder', async () => {
  const { call, server, end } = await open(null, '--allow-run', '--budget-requests', '20');
  try {
    assert.match(await call('run_pipeline', { pipeline: 'p.openline.yaml' }), /"state": "paused"/u);
    assert.ok(server.received.length <= 20, String(server.received.length));
    assert.match(await call('resume_run', { budget: { requests: 0 } }), /budget of this session .* used up/u);
    assert.match(await call('query_dataset', { dataset: '../../etc/passwd' }), /outside/u);
    // Writing was not allowed.
    assert.match(
      await call('propose_pipeline', {
        recipe: 'closed-qa',
        with: { documents: ['a'], n_openlines: 1 },
        file: 'n.openline.yaml',
      }),
      /Nothing was done yet/u,
    );
  } finally {
    await end();
  }
});

test('a client that goes away ends the run in good order: it can be resumed', async () => {
  const server = await startModelServer(() => ({ delayMs: 150 }));
  const workspace = makeWorkspace(server.url);
  const client = new Client({ name: 'test', version: '1' });
  try {
    const args = [CLI, 'mcp', workspace.folder, '--allow-run', '--budget-requests', '1000'];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
    const input = { pipeline: 'p.openline.yaml', wait_seconds: 0 };
    const { content } = await client.callTool({ name: 'run_pipeline', arguments: input });
    assert.match(JSON.stringify(content), /run_status/u);
    await client.close();
    const { json, status } = await workspace.run('resume', 'latest');
    assert.equal(status, 0, JSON.stringify(json));
    assert.equal(json?.['state'], 'done');
  } finally {
    workspace.remove();
    await server.close();
  }
});

test('a client that asks is told how a run goes on', async () => {
  const server = await startModelServer(() => ({ delayMs: 300 }));
  const workspace = makeWorkspace(server.url);
  const client = new Client({ name: 'test', version: '1' });
  try {
    const args = [CLI, 'mcp', workspace.folder, '--allow-run', '--budget-requests', '1000'];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
    const told: { progress: number; message?: string | undefined }[] = [];
    await client.callTool(
      { name: 'run_pipeline', arguments: { pipeline: 'p.openline.yaml' } },
      { onprogress: (progress) => told.push(progress) },
    );
    assert.ok(told.length > 0, 'nothing was told');
    assert.match(told.at(-1)?.message ?? '', /p: \d+ records, \d+ answers/u);
    const figures = told.map(({ progress }) => progress);
    assert.deepEqual(
      figures,
      figures.toSorted((a, b) => a - b),
    );
  } finally {
    await client.close();
    workspace.remove();
    await server.close();
  }
});

test('runs may not be allowed without a limit', async () => {
  const workspace = makeWorkspace('http://127.0.0.1:1/v1');
  try {
    const { status, stderr } = await workspace.run('mcp', '--allow-run');
    assert.equal(status, 2);
    assert.match(stderr, /--budget-/u);
  } finally {
    workspace.remove();
  }
});
