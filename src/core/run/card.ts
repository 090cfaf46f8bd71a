import { createHash } from 'node:crypto';
import { basename, relative, sep } from 'node:path';
import type { DatasetFacts } from '../datasets/packed/huggingFace.ts';
import { isAsking, partiesOf, templateOf } from '../pipeline/asking.ts';
import type { Ask, PlanOutput } from '../pipeline/plan.ts';
import type { RunProgress } from './progress.ts';
import type { RunTotals } from './runFolder.ts';
import { profileOf, type RunJob } from './runJob.ts';

/** What a card says of placeholders. */
export const SAMPLE_NOTE = 'Made by the built-in sample endpoint: not the output of a model';

export interface CardFacts {
  readonly sha256: string;
  readonly records: number;
  readonly progress: RunProgress;
  readonly totals: RunTotals;
}

/** The card beside an output: what it was made from and how, meant to be committed with it. It names no secret and no machine. */
export function outputCard(
  { plan, file, root, settings }: RunJob,
  output: PlanOutput,
  facts: CardFacts,
): Record<string, unknown> {
  const generating = plan.steps.filter(isAsking);
  const sample = plan.endpoints.some((name) => {
    const { profile, replicas = [] } = profileOf(settings.profiles, name);
    return profile.kind === 'sample' || replicas.some((replica) => replica.profile.kind === 'sample');
  });
  return {
    openline: 1,
    run: file.run,
    version: file.version,
    sha256: facts.sha256,
    records: facts.records,
    ...(sample ? { sample: true, note: SAMPLE_NOTE } : {}),
    pipeline: {
      file: relative(root, plan.file).split(sep).join('/'),
      sha256: createHash('sha256').update(file.pipeline.text).digest('hex'),
      recipe: plan.recipe,
      parameters: plan.parameters,
    },
    output: {
      from: output.from,
      format: output.format,
      fields: output.fields,
      ...(output.map === undefined ? {} : { map: output.map }),
    },
    templates: Object.fromEntries(
      generating.flatMap((step) => {
        const template = templateOf(step);
        return template === undefined ? [] : [[step.id, { source: template.source, sha256: template.hash }]];
      }),
    ),
    models: Object.fromEntries(
      generating.map((step) => [
        step.id,
        step.kind === 'dialogue' ? { user: modelOf(step.user), assistant: modelOf(step.assistant) } : modelOf(step.ask),
      ]),
    ),
    steps: Object.fromEntries(
      facts.progress.steps().map((step) => [step.id, { in: step.done, out: step.out, rejected: step.rejected }]),
    ),
    totals: facts.totals,
  };
}

/** What the card of a dataset folder tells. */
export function datasetFacts({ plan, file, settings }: RunJob, output: PlanOutput): DatasetFacts {
  const models = new Set(plan.steps.flatMap(partiesOf).map(({ ask }) => ask.model));
  const split = plan.steps.findLast((step) => step.kind === 'split');
  return {
    name: basename(output.path),
    license: output.license ?? null,
    splitField: split?.into ?? null,
    sample: plan.endpoints.some((name) => profileOf(settings.profiles, name).profile.kind === 'sample'),
    story: [
      `Synthetic data, made with Openline ${file.version}${plan.recipe === null ? '' : `, recipe \`${plan.recipe}\``}.`,
      ...(models.size === 0 ? [] : [`Models: ${[...models].map((model) => `\`${model}\``).join(', ')}.`]),
      `## Pipeline\n\n\`\`\`\`yaml\n${file.pipeline.text.trimEnd()}\n\`\`\`\``,
    ],
  };
}

function modelOf({ endpoint, model, generation }: Ask): Record<string, unknown> {
  return { endpoint, model, generation };
}
