/** Where in a pipeline the fields of records are named. Knows nothing of the editor. */
import { parseDocument, visit, type Scalar } from 'yaml';
import { ExpressionError } from '../../../core/pipeline/expression.ts';
import { tokenize } from '../../../core/pipeline/expressionTokens.ts';
import { pathOf, type YamlPath } from './yamlPlace.ts';

/** A field at its place. Offsets, end exclusive; of a dotted path the first part alone. */
export interface FieldOccurrence {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether a step makes the field here. */
  readonly isDeclaration: boolean;
  /** Path of the value, or of the map of which it is a key. */
  readonly path: YamlPath;
}

/** What a text is in which fields are named: a field that is there, one that is made, an expression over fields. */
type Role = 'uses' | 'makes' | 'expression';

/** Values by their path in a step (`*`: any key or index), after the schemas of the steps. */
const VALUES: Readonly<Record<string, Role>> = {
  ...{ 'read.into': 'makes', 'read.index': 'makes', 'read.source': 'makes', 'read.chunk.into': 'makes' },
  'read.columns.*': 'makes',
  'draw.fields.*.by': 'uses',
  ...{ 'generate.bind.*': 'uses', 'generate.segments.field': 'uses', 'generate.refine.*.*.document': 'uses' },
  ...{ 'generate.expect.list': 'makes', 'generate.expect.text': 'makes', 'generate.expect.messages': 'makes' },
  ...{ 'generate.expect.into': 'makes', 'generate.expect.label': 'makes', 'generate.expect.pairs': 'makes' },
  ...{ 'generate.expect.answer': 'makes', 'generate.expect.whole': 'makes' },
  ...{ 'dialogue.openline': 'uses', 'dialogue.bind.*': 'uses', 'dialogue.into': 'makes' },
  ...{ 'modify.text': 'uses', 'modify.text.*': 'uses', 'modify.rename.*': 'makes', 'modify.remove.*': 'uses' },
  'modify.compute.*': 'expression',
  ...{ 'filter.field': 'uses', 'filter.text': 'uses', 'filter.text.*': 'uses', 'filter.when': 'expression' },
  ...{ 'filter.checks.*.score.field': 'uses', 'filter.mark': 'makes', 'filter.store': 'makes' },
  ...{ 'dedup.fields.*': 'uses', 'dedup.embedding': 'uses' },
  ...{ 'embed.field': 'uses', 'embed.into': 'makes' },
  ...{ 'reward.messages': 'uses', 'reward.prompt': 'uses', 'reward.response': 'uses', 'reward.into': 'makes' },
  ...{ 'judge.bind.*': 'uses', 'judge.compare.*': 'uses', 'judge.into': 'makes' },
  ...{ 'rank.score': 'uses', 'rank.by': 'uses', 'rank.prompt': 'uses', 'rank.answer': 'uses' },
  ...{ 'rank.pairs.chosen': 'makes', 'rank.pairs.rejected': 'makes', 'rank.scores': 'makes' },
  ...{ 'sample.when': 'expression', 'sample.per': 'uses' },
  ...{ 'split.by': 'uses', 'split.stratify': 'uses', 'split.into': 'makes' },
  ...{ 'blend.mark': 'makes', 'join.index': 'makes', 'review.mark': 'makes', 'review.rating': 'makes' },
};

/** Maps whose keys are fields. */
const KEYS: Readonly<Record<string, Role>> = {
  ...{ 'read.cross': 'makes', 'draw.fields': 'makes', 'modify.rename': 'uses', 'modify.set': 'makes' },
  ...{ 'modify.compute': 'makes', 'modify.cross': 'makes' },
};

/** The fields that a text names. */
function partsOf(node: Scalar, source: string, role: Role): readonly { name: string; start: number; end: number }[] {
  const [start, end] = node.range ?? [0, 0];
  const written = source.slice(start, end);
  const value = String(node.value);
  const inner = written === value ? 0 : written.slice(1, -1) === value ? 1 : undefined;
  // Escapes and texts of several lines are left alone; what is proven afterwards shows that something is missing.
  if (inner === undefined) return [];
  const at = start + inner;
  if (role !== 'expression') {
    const name = value.split('.', 1)[0] ?? value;
    return [{ name, start: at, end: at + name.length }];
  }
  try {
    const tokens = tokenize(value);
    return tokens.flatMap((token, index) => {
      const isMember = tokens[index - 1]?.value === '.' && tokens[index - 1]?.kind === 'symbol';
      const isCall = tokens[index + 1]?.value === '(' && tokens[index + 1]?.kind === 'symbol';
      if (token.kind !== 'name' || isMember || isCall) return [];
      return [{ name: token.value, start: at + token.start, end: at + token.end }];
    });
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

/** All fields that a pipeline names, in their order. */
export function fieldOccurrences(text: string): readonly FieldOccurrence[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const found: FieldOccurrence[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || node.value === '') return;
      const path = pathOf(ancestors, node);
      const role = roleAt(path, key === 'key');
      if (role === undefined) return;
      for (const part of partsOf(node, text, role)) found.push({ ...part, isDeclaration: role === 'makes', path });
    },
  });
  return found;
}

function roleAt(path: YamlPath, isKey: boolean): Role | undefined {
  const [head, index, ...rest] = path;
  if (typeof index !== 'number') return undefined;
  if (head === 'outputs') {
    const isField = (rest.length === 2 && rest[0] === 'fields') || (rest.length === 2 && rest[0] === 'map');
    return !isKey && isField ? 'uses' : undefined;
  }
  if (head !== 'steps') return undefined;
  const table = isKey ? KEYS : VALUES;
  return table[rest.join('.')] ?? Object.entries(table).find(([pattern]) => fits(pattern, rest))?.[1];
}

function fits(pattern: string, path: YamlPath): boolean {
  const parts = pattern.split('.');
  return parts.length === path.length && parts.every((part, index) => part === '*' || part === String(path[index]));
}
