/** The Ray clusters of the user's settings (`openline.rayClusters`). A workspace cannot name any: files and keys go there. */
import { isAbsolute } from 'node:path/posix';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as z from 'zod';
import { SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import { askAll, askText, BACK, LEFT, type Question } from '../input/steps.ts';
import { choose } from '../input/ask.ts';

const clusterSchema = z.strictObject({
  /** Of the dashboard. */
  address: z.url({ protocol: /^https?$/u }),
  /** Folder that every node sees, or a bucket. */
  storage: z.string().refine((place) => isAbsolute(place) || /^s3:\/\/[^/]/u.test(place)),
  shards: z.int().min(1).optional(),
  cpus: z.number().positive().optional(),
  node: z.string().min(1).optional(),
  stall_minutes: z.number().positive().optional(),
  /** Names of environment variables that go along. */
  environment: z.array(z.string().min(1)).optional(),
});
export type RayCluster = z.infer<typeof clusterSchema> & { readonly name: string };

/** @returns the cluster that the person chose, or has just described; undefined: none */
export async function chooseCluster(): Promise<RayCluster | undefined> {
  const { clusters, problem } = readClusters();
  if (problem !== null) {
    const open = l10n.t('Open Settings');
    const answer = await vscode.window.showErrorMessage(l10n.t('The setting of Ray clusters: {0}', problem), open);
    if (answer === open) await openSetting();
    return undefined;
  }
  if (clusters.length === 0) return addCluster();
  const add = { label: `$(add) ${l10n.t('Another Cluster…')}`, cluster: undefined };
  const items = clusters.map((cluster) => ({
    label: cluster.name,
    description: cluster.address,
    detail: l10n.t('{0} shards, storage {1}', cluster.shards ?? 2, cluster.storage),
    cluster,
  }));
  const placeHolder = l10n.t('Which Ray cluster? The files of this workspace are sent to it.');
  const chosen = await choose([...items, add], { placeHolder });
  if (chosen === undefined) return undefined;
  return chosen.cluster ?? addCluster();
}

/** Asks for what a cluster cannot do without and keeps it in the user's settings. */
async function addCluster(): Promise<RayCluster | undefined> {
  const given = { address: 'http://head:8265', storage: '', shards: '4', environment: '' };
  const text =
    (field: keyof typeof given, prompt: string, check: (value: string) => string | undefined): Question =>
    async (standing) => {
      const answer = await askText({ ...standing, prompt, value: given[field], check });
      if (answer === BACK || answer === LEFT) return answer;
      given[field] = answer.trim();
      return undefined;
    };
  const { shape } = clusterSchema;
  const questions: readonly Question[] = [
    text('address', l10n.t('Address of the dashboard of the cluster’s head'), (value) =>
      shape.address.safeParse(value.trim()).success ? undefined : l10n.t('An address such as http://head:8265'),
    ),
    text('storage', l10n.t('Folder that every node sees under this path, or a bucket; runs are kept there'), (value) =>
      shape.storage.safeParse(value.trim()).success
        ? undefined
        : l10n.t('An absolute path such as /mnt/shared/openline, or s3://bucket/folder'),
    ),
    text('shards', l10n.t('Shards: parts of a run that are worked on at the same time'), (value) =>
      /^[1-9]\d*$/u.test(value.trim()) ? undefined : l10n.t('A whole number, at least 1'),
    ),
    text(
      'environment',
      l10n.t(
        'Environment variables to pass on, separated by commas, or nothing; whoever may look at the cluster can read them',
      ),
      (value) =>
        namesIn(value).every((name) => /^\w+$/u.test(name))
          ? undefined
          : l10n.t('Names of variables such as OPENAI_API_KEY'),
    ),
  ];
  if (!(await askAll(l10n.t('Add a Ray Cluster'), () => questions))) return undefined;
  const environment = [...namesIn(given.environment)];
  const cluster = {
    address: given.address,
    storage: given.storage,
    shards: Number(given.shards),
    ...(environment.length === 0 ? {} : { environment }),
  };
  const settings = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const others = settings.get<Record<string, unknown>>(SETTINGS.rayClusters, {});
  const host = new URL(cluster.address).hostname;
  const name = Object.hasOwn(others, host) ? `${host}-${Object.keys(others).length + 1}` : host;
  const target = vscode.ConfigurationTarget.Global;
  await settings.update(SETTINGS.rayClusters, { ...others, [name]: cluster }, target);
  return { name, ...cluster };
}

const namesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function readClusters(): { readonly clusters: readonly RayCluster[]; readonly problem: string | null } {
  const setting = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.rayClusters);
  const checked = z.record(z.string(), clusterSchema).safeParse(setting ?? {});
  if (!checked.success) return { clusters: [], problem: z.prettifyError(checked.error) };
  return { clusters: Object.entries(checked.data).map(([name, cluster]) => ({ name, ...cluster })), problem: null };
}

const openSetting = (): Thenable<unknown> =>
  vscode.commands.executeCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.${SETTINGS.rayClusters}`);
