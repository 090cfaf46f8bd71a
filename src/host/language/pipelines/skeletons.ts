/** Texts to start from, in the editor's snippet syntax. */
import { l10n } from 'vscode';
import type { Skeleton } from './suggestions.ts';
import type { YamlPath } from './yamlPlace.ts';

export function pipelineSkeletons(path: YamlPath): readonly Skeleton[] {
  if (path.length === 0) return wholePipelines();
  if (path.length === 2 && path[0] === 'steps') return steps();
  if (path.length === 2 && path[0] === 'outputs') return [output()];
  return [];
}

export function profileSkeletons(path: YamlPath): readonly Skeleton[] {
  if (path.length > 0) return [];
  return [
    {
      label: l10n.t('endpoints file'),
      description: l10n.t('A profile of a service, without its key'),
      snippet:
        'endpoints:\n  ${1:local}:\n    kind: ${2|openai,openai-completions,nemo-deploy,vscode-lm|}\n    base_url: ${3:http://localhost:8000/v1}\n    model: ${4:model}\n$0',
    },
  ];
}

function wholePipelines(): readonly Skeleton[] {
  return [
    {
      label: l10n.t('pipeline of a recipe'),
      description: l10n.t('A built-in pipeline with its parameters'),
      snippet:
        'openline: 1\nendpoint: ${1:sample}\nrecipe: ${2:open-qa}\nwith:\n  ${3:n_macro_topics: 3}\noutput: data/${4:records}.jsonl\n$0',
    },
    {
      label: l10n.t('pipeline by steps'),
      description: l10n.t('Read records, ask a model about each, keep the good ones'),
      snippet:
        'openline: 1\nendpoint: ${1:sample}\nsteps:\n  - id: docs\n    read:\n      files: ${2:docs/**/*.md}\n  - id: questions\n    generate:\n      prompt: ${3:closed-qa}\n      bind: { document: text }\n      values: { n_openlines: ${4:4} }\n      expect: { list: question }\n  - id: unique\n    dedup:\n      fields: [question]\n      method: exact\noutput: data/${5:questions}.jsonl\n$0',
    },
  ];
}

function steps(): readonly Skeleton[] {
  const step = (label: string, description: string, body: string): Skeleton => ({
    label: l10n.t('{0} step', label),
    description,
    snippet: `id: ${body}`,
  });
  return [
    step('read', l10n.t('Read records from files'), '${1:docs}\nread:\n  files: ${2:docs/**/*.md}\n$0'),
    step(
      'generate',
      l10n.t('Ask a model once for each record'),
      '${1:answers}\ngenerate:\n  prompt: ${2:closed-qa}\n  bind: { ${3:document}: ${4:text} }\n  expect: { ${5|list,text,json,label,pairs|}: ${6:answer} }\n$0',
    ),
    step(
      'dialogue',
      l10n.t('Hold a conversation about each record'),
      '${1:chat}\ndialogue:\n  openline: ${2:question}\n  user_turns: ${3:3}\n$0',
    ),
    step(
      'filter',
      l10n.t('Keep records that pass checks'),
      '${1:kept}\nfilter:\n  text: ${2:answer}\n  checks: [${3:refusal}]\n$0',
    ),
    step(
      'filter by a number',
      l10n.t('Keep records with a score'),
      '${1:kept}\nfilter:\n  field: ${2:reward.helpfulness}\n  min: ${3:1.5}\n$0',
    ),
    step(
      'dedup',
      l10n.t('Drop records that say the same'),
      '${1:unique}\ndedup:\n  fields: [${2:question}]\n  method: ${3|exact,fuzzy|}\n$0',
    ),
    step('judge', l10n.t('Let a model score each record'), '${1:judged}\njudge:\n  prompt: ${2:judge-helpfulness}\n$0'),
    step(
      'modify',
      l10n.t('Edit texts of each record'),
      '${1:clean}\nmodify:\n  text: ${2:text}\n  edit: [${3:trim}]\n$0',
    ),
    step(
      'split',
      l10n.t('Divide records, for example into train and test'),
      '${1:parts}\nsplit:\n  parts: { train: 0.9, test: 0.1 }\n$0',
    ),
  ];
}

function output(): Skeleton {
  return {
    label: 'output',
    description: l10n.t('A file to write'),
    snippet:
      'from: ${1:step}\npath: data/${2:records}.jsonl\nformat: ${3|jsonl,openai-chat,sharegpt,alpaca,csv,parquet|}\n$0',
  };
}
