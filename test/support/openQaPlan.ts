/** The plan of an open Q&A pipeline, put together without a pipeline file: for tests of the run room by itself. */
import { join, resolve } from 'node:path';
import type { Ask, GenerateStep, ModifyStep, Plan } from '../../src/core/pipeline/plan.ts';
import { loadTemplateLibrary } from '../../src/core/prompts/templateLibrary.ts';
import type { Template } from '../../src/core/prompts/template.ts';

export interface OpenQaSizes {
  readonly macroTopics: number;
  readonly subtopics: number;
  readonly openlines: number;
  readonly revisions: number;
}

/** Folder of the built-in templates and recipes in the sources. */
export const LIBRARY = resolve(import.meta.dirname, '../../src/core/library');

export async function openQaPlan(
  root: string,
  sizes: OpenQaSizes,
  mode: 'auto' | 'local' | 'model' = 'auto',
): Promise<Plan> {
  const templates = await loadTemplateLibrary(join(LIBRARY, 'prompts'));
  const template = (id: string): Template => {
    const found = templates.get(id);
    if (found === undefined) throw new Error(`no template ${id}`);
    return found;
  };
  const ask: Ask = { endpoint: 'sample', model: 'sample-chat', generation: {} };
  const generate = (
    id: string,
    from: readonly string[],
    prompt: string,
    field: string,
    [count, length]: readonly [string, number],
  ): GenerateStep => ({
    id,
    kind: 'generate',
    from: from.map((step, source) => ({ step, source })),
    prefixesKeys: from.length > 1,
    template: template(prompt),
    bind: {},
    values: { [count]: length },
    ask,
    keepTruncated: false,
    essential: from.length === 0,
    expect: {
      kind: 'list',
      field,
      length,
      onMismatch: 'trim',
      onUnreadable: 'discard',
      attempts: mode === 'model' ? 1 : 2,
      conversion: { ...ask, mode, template: template('yaml-conversion') },
    },
  });
  const renamed: ModifyStep = {
    id: 'macro_as_topics',
    kind: 'modify',
    from: [{ step: 'macro_topics', source: 0 }],
    prefixesKeys: false,
    rename: { macro_topic: 'topic' },
    set: {},
    remove: [],
  };
  return {
    file: join(root, 'open-qa.openline.yaml'),
    name: 'open-qa',
    recipe: 'open-qa',
    parameters: {},
    steps: [
      generate('macro_topics', [], 'macro-topics', 'macro_topic', ['n_macro_topics', sizes.macroTopics]),
      generate('subtopics', ['macro_topics'], 'subtopics', 'topic', ['n_subtopics', sizes.subtopics]),
      renamed,
      generate('openlines', ['subtopics', 'macro_as_topics'], 'open-qa-from-topics', 'openline', [
        'n_openlines',
        sizes.openlines,
      ]),
      generate('revisions', ['openlines'], 'revise-open-qa', 'prompt', ['n_revisions', sizes.revisions]),
    ],
    outputs: [
      {
        from: 'revisions',
        path: join(root, 'data/open-qa.jsonl'),
        shown: 'data/open-qa.jsonl',
        name: 'open-qa',
        outside: false,
        format: 'jsonl',
        fields: ['id', 'prompt', 'openline', 'topic'],
      },
    ],
    budget: {},
    endpoints: ['sample'],
    hash: '',
  };
}
