import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJobsServer } from '../support/jobsServer.ts';
import { RAY_TOKEN, check } from '../support/session.ts';

check(
  'a pipeline is handed over to a Ray cluster; the window comes back to the job and fetches its run',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    const storage = await mkdtemp(join(tmpdir(), 'openline-storage-'));
    const cluster = await startJobsServer(RAY_TOKEN);
    try {
      const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 3, n_subtopics: 2, n_openlines: 2, n_revisions: 2 }
output: data/far.jsonl
`;
      await writeFile(join(folder, 'far.openline.yaml'), pipeline);
      await workbench.closeEditors();
      await workbench.openPipeline('far');

      // No cluster is known yet: one is described first.
      await workbench.command('Openline: Run on Ray');
      for (const [index, text] of [cluster.address, storage, '2', 'OPENLINE_TEST_KEY'].entries()) {
        await workbench.inputStep(`Add a Ray Cluster (${index + 1}/4)`);
        if (index === 3) await picture('ray-cluster');
        await workbench.input(text);
      }

      await workbench.openView('Openline');
      const job = workbench.treeItem(/^far, 0 of 2 shards done · on Ray at 127\.0\.0\.1:\d+$/u);
      await workbench.reveal(job, 'Runs');
      await picture('ray-job');

      // The window goes, the job stays; whoever comes back attaches to it.
      // The view comes back by itself.
      await workbench.reload();
      await workbench.reveal(job, 'Runs');
      await job.hover();
      await job.getByRole('button', { name: 'Attach to Ray Job' }).click();
      await job.getByRole('button', { name: 'Attach to Ray Job' }).waitFor({ state: 'detached' });
      await job.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Show Log of Ray Job' }).waitFor();
      await picture('ray-job-menu');
      await page.keyboard.press('Escape');

      cluster.release();
      await workbench.toast(/far is done on Ray: data\/far\.jsonl/u).waitFor();
      await workbench.treeItem(/^far, done, /u).waitFor();
      await job.waitFor({ state: 'detached' });
      await picture('ray-done');
      const lines = (await readFile(join(folder, 'data', 'far.jsonl'), 'utf8')).trimEnd().split('\n');
      // (6 subtopics + 3 macro topics) · 2 openlines · 2 revisions
      assert.equal(lines.length, 36);
      assert.deepEqual(Object.keys(cluster.variables[0] ?? {}), ['OPENLINE_TEST_KEY']);

      // One that is stopped comes home as it is, and goes on here.
      await workbench.clearToasts();
      cluster.hold();
      await writeFile(join(folder, 'far.openline.yaml'), pipeline.replace('n_openlines: 2', 'n_openlines: 3'));
      await workbench.command('Openline: Run on Ray');
      await workbench.pick(/^127\.0\.0\.1/u);
      await job.waitFor();
      await job.hover();
      await job.getByRole('button', { name: 'Stop Ray Job' }).click();
      await workbench.toast('far was stopped on Ray. What was answered is kept.').waitFor();
      await picture('ray-stopped');
      await workbench.toastButton('far was stopped on Ray', 'Resume Here');
      await workbench.toast(/far: 54 records in data\/far\.jsonl/u).waitFor();
    } finally {
      cluster.close();
      await rm(storage, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);
