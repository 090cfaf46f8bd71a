import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Expects } from '../../core/prompts/template.ts';
import { PROMPT_ENDING } from '../ids.ts';
import { askAll, askPick, askText, BACK, LEFT, type Question } from '../input/steps.ts';
import { nameProblem, templatePlaces, type Place } from './chooseTemplate.ts';
import type { TemplateDeps } from './templateService.ts';

/** Asks for everything a new template needs and writes it. @returns its file; undefined when the person left */
export async function askForTemplate(deps: TemplateDeps): Promise<vscode.Uri | undefined> {
  const entries = await deps.templates.list();
  const places = await templatePlaces(deps);
  const chosen = { name: '', expects: 'list' as Expects, place: places[0] };
  const name: Question = async (standing) => {
    const answer = await askText({
      ...standing,
      prompt: l10n.t('Name of the template: pipelines use it by this name'),
      value: chosen.name,
      placeholder: 'my-questions',
      check: (text) => nameProblem(text.trim(), entries),
    });
    if (answer === BACK || answer === LEFT) return answer;
    chosen.name = answer.trim();
    return undefined;
  };
  const form: Question = async (standing) => {
    const answer = await askPick<Expects>({
      ...standing,
      placeholder: l10n.t('What shall the model answer with?'),
      active: chosen.expects,
      items: FORMS().map(([value, label, detail]) => ({ value, label, description: value, detail })),
    });
    if (answer === BACK || answer === LEFT) return answer;
    chosen.expects = answer;
    return undefined;
  };
  const place: Question = async (standing) => {
    const answer = await askPick<Place>({
      ...standing,
      placeholder: l10n.t('Where shall it live?'),
      items: places.map((value) => ({
        value,
        label: value.home === 'workspace' ? l10n.t('This workspace') : l10n.t('Yours, in every workspace'),
        description: vscode.workspace.asRelativePath(value.folder),
      })),
    });
    if (answer === BACK || answer === LEFT) return answer;
    chosen.place = answer;
    return undefined;
  };
  if (!(await askAll(l10n.t('New Template'), () => [name, form, place]))) return undefined;
  if (chosen.place === undefined) return undefined;
  return writeTemplate(deps, chosen.place.folder, chosen.name, newText(chosen.expects));
}

/** Writes a new file; one that is there is never replaced. */
export async function writeTemplate(
  { templates }: Pick<TemplateDeps, 'templates'>,
  folder: string,
  name: string,
  text: string,
): Promise<vscode.Uri> {
  const path = join(folder, `${name}${PROMPT_ENDING}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
  templates.tellChanged();
  return vscode.Uri.file(path);
}

const FORMS = (): readonly (readonly [Expects, string, string])[] => [
  ['list', l10n.t('A list'), l10n.t('each item becomes a record')],
  ['text', l10n.t('A text'), l10n.t('the whole answer becomes a record')],
  ['qa-pairs', l10n.t('Questions with answers'), l10n.t('lines that start with Question: and Answer:')],
  ['json', 'JSON', l10n.t('one JSON value')],
  ['yes-no', l10n.t('Yes or No'), l10n.t('the first word decides')],
];

/** The beginning of a template: it can be previewed and tried as it is. */
function newText(expects: Expects): string {
  const body: Readonly<Record<Expects, string>> = {
    list: `Name {n_items} things that matter about this topic: {topic}

Form of your answer: a numbered list of exactly {n_items} lines, the first starting with \`1.\`, one thing per line. Write nothing before the list and nothing after it.`,
    text: `Write a short paragraph about this topic for readers who are new to it: {topic}

Form of your answer: the paragraph alone.`,
    'qa-pairs': `Read this text and write pairs of question and answer about it.

<document>
{document}
</document>

Form of your answer: for each pair one line that starts with "Question:" and under it one line that starts with "Answer:". Write nothing else.`,
    json: `Say what this topic is about: {topic}

Form of your answer: one JSON object with the fields "summary" (a sentence) and "terms" (a list of words), without a code fence and without any other word.`,
    'yes-no': `Does this term belong to seafaring: {entity}

Form of your answer: the first word is Yes or No; one sentence of reason may follow.`,
  };
  const sample: Readonly<Record<Expects, string>> = {
    list: '{ topic: Tides, n_items: 5 }',
    text: '{ topic: Tides }',
    'qa-pairs': '{ document: The Moon and the Sun raise the tides of the sea. }',
    json: '{ topic: Tides }',
    'yes-no': '{ entity: mooring }',
  };
  return `---\ndescription: What this template is for, in one line\nexpects: ${expects}\nsample: ${sample[expects]}\n---\n\n${body[expects]}\n`;
}
