/** The parts of the documentation that are made from the code, by the names that stand in their marks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { COMMANDS } from '../../src/cli/commandTable.ts';
import { OPTIONS } from '../../src/cli/options.ts';
import { endpointProfileSchema } from '../../src/core/endpoints/profile.ts';
import { ENDPOINT_PRESETS } from '../../src/core/endpoints/presets.ts';
import {
  budgetSchema,
  conversionSchema,
  generationSchema,
  outputSchema,
  pipelineSchema,
  STEP_KINDS,
  stepSchema,
  targetSchema,
} from '../../src/core/pipeline/pipelineSchema.ts';
import { fallbackSchema } from '../../src/core/pipeline/askSchema.ts';
import { TOOLS } from '../../src/core/tools/tools.ts';
import { root } from '../support/machine.ts';
import { commonParameters, recipeList, recipeSections, templateList } from './recipeSections.ts';
import { markdownTable, memberTable, schemaTable } from './schemaTable.ts';

/** Text of each part. */
export async function documentationSections(): Promise<ReadonlyMap<string, string>> {
  const [recipes, list, templates, editor] = await Promise.all([
    recipeSections(),
    recipeList(),
    templateList(),
    editorSections(),
  ]);
  return new Map([
    ['recipes', recipes],
    ['recipe list', list],
    ['common parameters', commonParameters()],
    ['templates', templates],
    ['editor commands', editor.commands],
    ['settings', editor.settings],
    ...STEP_KINDS.map((kind) => [`step ${kind}`, stepSection(kind)] as const),
    ['command list', commandList()],
    ['commands', commandSections()],
    ['tools', toolTable()],
    ['profile', schemaTable(endpointProfileSchema)],
    ['presets', presets()],
    // What steps are is told step by step, and the rest has tables of its own.
    ['pipeline', schemaTable(pipelineSchema.omit({ steps: true, outputs: true, budget: true, target: true }))],
    ['outputs', schemaTable(outputSchema)],
    ['budget', schemaTable(budgetSchema)],
    ['target', schemaTable(targetSchema)],
    ['generation', schemaTable(generationSchema)],
    ['fallback', schemaTable(fallbackSchema)],
    ['conversion', schemaTable(conversionSchema)],
    ['every step', schemaTable(stepSchema.pick({ id: true, from: true, when: true }))],
  ]);
}

function stepSection(kind: (typeof STEP_KINDS)[number]): string {
  const { description, table } = memberTable(stepSchema, kind);
  return `${description}.\n\n${table}`;
}

function commandList(): string {
  const rows = Object.entries(COMMANDS).map(([name, { arguments: taken, help }]) => [
    `[\`openline ${name}\`](#openline-${name}) ${taken}`,
    help,
  ]);
  return markdownTable(['command', 'what it does'], rows);
}

function commandSections(): string {
  return Object.entries(COMMANDS)
    .map(([name, { arguments: taken, help, options }]) => {
      const rows = options.map((option) => {
        const entry = OPTIONS[option];
        return [`\`--${option}${'value' in entry ? ` ${entry.value}` : ''}\``, entry.help];
      });
      const table =
        rows.length === 0 ? 'It has no options of its own.' : markdownTable(['option', 'what it does'], rows);
      return `## openline ${name}\n\n\`openline ${name} ${taken}\`\n\n${sentence(help)}\n\n${table}`;
    })
    .join('\n\n');
}

/** What an agent may do, and what it is asked for. */
function toolTable(): string {
  const effects = { reads: '', writes: 'before it writes', spends: 'before it sends anything', stops: '' };
  const rows = TOOLS.map(({ name, description, effect }) => [`\`${name}\``, description, effects[effect]]);
  return markdownTable(['tool', 'what the model is told of it', 'you are asked'], rows);
}

function presets(): string {
  const rows = ENDPOINT_PRESETS.map(({ id, title, kind, baseUrl, keyVariable }) => [
    `\`${id}\``,
    title,
    kind === 'openai' ? '' : `\`${kind}\``,
    `\`${baseUrl}\``,
    keyVariable === null ? 'none' : `\`${keyVariable}\``,
  ]);
  return markdownTable(['preset', 'service', 'kind', 'usual address', 'usual variable of its key'], rows);
}

const manifest = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string() })),
    configuration: z.object({
      properties: z.record(z.string(), z.object({ default: z.json(), markdownDescription: z.string() })),
    }),
  }),
});

async function editorSections(): Promise<{ readonly commands: string; readonly settings: string }> {
  const [text, words] = await Promise.all([
    readFile(join(root, 'package.json'), 'utf8'),
    readFile(join(root, 'package.nls.json'), 'utf8'),
  ]);
  const { contributes } = manifest.parse(JSON.parse(text));
  const texts = z.record(z.string(), z.string()).parse(JSON.parse(words));
  const word = (key: string): string => texts[key.slice(1, -1)] ?? key;
  const settings = Object.entries(contributes.configuration.properties).map(
    ([name, { default: preset, markdownDescription }]) => [
      `\`${name}\``,
      `\`${JSON.stringify(preset)}\``,
      word(markdownDescription),
    ],
  );
  return {
    commands: contributes.commands.map(({ title }) => `- **Openline: ${word(title)}**`).join('\n'),
    settings: markdownTable(['setting', 'default', 'what it does'], settings),
  };
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
