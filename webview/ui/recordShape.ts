/** What kind of record one is, told by its fields: which of them are a conversation, a question, two texts to compare. No DOM here. */

/** A record as it stands in a file. */
export type RecordFields = Readonly<Record<string, unknown>>;

/** One turn of a conversation. */
export interface Turn {
  /** As the file has it: `user`, `human`, `assistant`, `gpt`, `system`, `tool` … */
  readonly role: string;
  readonly text: string;
  /** What there is besides the text, such as the calls of tools; null: nothing. */
  readonly more: unknown;
}

/** A field that is shown by itself. */
export interface NamedTurns {
  readonly name: string;
  readonly turns: readonly Turn[];
}

/** Something to show of a record, in order. */
export type RecordPart =
  | { readonly kind: 'turns'; readonly turns: readonly Turn[] }
  /** Two texts that belong side by side, such as a document and its rewrite. */
  | { readonly kind: 'beside'; readonly left: NamedTurns; readonly right: NamedTurns };

export interface RecordShape {
  readonly parts: readonly RecordPart[];
  /** Names of the fields that are in none of the parts, in the record's order. */
  readonly rest: readonly string[];
}

const QUESTIONS = ['prompt', 'instruction', 'question', 'problem', 'task', 'query', 'openline'];
const ANSWERS = ['response', 'completion', 'answer', 'output', 'solution'];
const CONVERSATIONS = ['messages', 'conversations', 'conversation', 'dialogue', 'turns'];
const DOCUMENTS = ['document', 'original', 'source_text', 'passage', 'context', 'text'];
const REWRITES = ['rewrite', 'rewritten', 'paraphrase', 'translation', 'summary', 'simplified', 'text'];

/** Finds the shape of a record. A record of no known shape has no parts: all its fields are the rest. */
export function shapeOf(fields: RecordFields): RecordShape {
  const shape = preferenceOf(fields) ?? conversationOf(fields) ?? questionOf(fields) ?? rewriteOf(fields);
  const used = new Set(shape?.used ?? []);
  return { parts: shape?.parts ?? [], rest: Object.keys(fields).filter((name) => !used.has(name)) };
}

/** A list of turns as chats are kept: `{ role, content }` or `{ from, value }`; undefined when it is something else. */
export function turnsOf(value: unknown): readonly Turn[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const turns = value.map(turnOf);
  return turns.every((turn) => turn !== undefined) ? turns : undefined;
}

interface FoundShape {
  readonly parts: readonly RecordPart[];
  readonly used: readonly string[];
}

function preferenceOf(fields: RecordFields): FoundShape | undefined {
  const [chosen, rejected] = [asTurns(fields['chosen'], 'assistant'), asTurns(fields['rejected'], 'assistant')];
  if (chosen === undefined || rejected === undefined) return undefined;
  const name = QUESTIONS.find((question) => asTurns(fields[question], 'user') !== undefined);
  const asked = name === undefined ? undefined : asTurns(fields[name], 'user');
  const beside: RecordPart = {
    kind: 'beside',
    left: { name: 'chosen', turns: chosen },
    right: { name: 'rejected', turns: rejected },
  };
  return {
    parts: asked === undefined ? [beside] : [{ kind: 'turns', turns: asked }, beside],
    used: ['chosen', 'rejected', ...(name === undefined ? [] : [name])],
  };
}

function conversationOf(fields: RecordFields): FoundShape | undefined {
  const names = [...CONVERSATIONS, ...Object.keys(fields)];
  const name = names.find((candidate) => turnsOf(own(fields, candidate)) !== undefined);
  const turns = name === undefined ? undefined : turnsOf(fields[name]);
  if (name === undefined || turns === undefined) return undefined;
  const system = typeof fields['system'] === 'string' && turns[0]?.role !== 'system' ? fields['system'] : '';
  const first = system === '' ? [] : [{ role: 'system', text: system, more: null }];
  return { parts: [{ kind: 'turns', turns: [...first, ...turns] }], used: system === '' ? [name] : [name, 'system'] };
}

function questionOf(fields: RecordFields): FoundShape | undefined {
  const question = QUESTIONS.find((name) => isText(own(fields, name)));
  const answer = ANSWERS.find((name) => isText(own(fields, name)));
  if (question === undefined || answer === undefined) return undefined;
  const turns: Turn[] = [];
  const used: string[] = [];
  for (const [name, role] of [
    ['system', 'system'],
    [question, 'user'],
    ['input', 'user'],
    [answer, 'assistant'],
  ] as const) {
    const text = own(fields, name);
    if (typeof text !== 'string' || text === '' || used.includes(name)) continue;
    used.push(name);
    turns.push({ role, text, more: null });
  }
  return { parts: [{ kind: 'turns', turns }], used };
}

function rewriteOf(fields: RecordFields): FoundShape | undefined {
  const document = DOCUMENTS.find((name) => isText(own(fields, name)));
  const rewrite = REWRITES.find((name) => name !== document && isText(own(fields, name)));
  if (document === undefined || rewrite === undefined) return undefined;
  const side = (name: string): NamedTurns => ({
    name,
    turns: [{ role: '', text: String(fields[name]), more: null }],
  });
  return { parts: [{ kind: 'beside', left: side(document), right: side(rewrite) }], used: [document, rewrite] };
}

/** A text as a single turn of the given role, or the turns that a list is. */
function asTurns(value: unknown, role: string): readonly Turn[] | undefined {
  if (isText(value)) return [{ role, text: value, more: null }];
  return turnsOf(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function own(fields: RecordFields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function turnOf(value: unknown): Turn | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { role, from, content, value: said, ...others } = value as RecordFields;
  const who = role ?? from;
  if (typeof who !== 'string') return undefined;
  const given = content ?? said;
  const text = typeof given === 'string' ? given : textOfParts(given);
  const rest = Object.fromEntries(Object.entries(others).filter(([, other]) => other !== null));
  const more = text === undefined ? { ...rest, ...(given == null ? {} : { content: given }) } : rest;
  if (text === undefined && Object.keys(more).length === 0) return undefined;
  return { role: who, text: text ?? '', more: Object.keys(more).length === 0 ? null : more };
}

/** The text of a content that comes in parts, when all of them are texts. */
function textOfParts(content: unknown): string | undefined {
  if (!Array.isArray(content) || content.length === 0) return undefined;
  const texts = content.map((part: unknown) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
      ? part.text
      : undefined,
  );
  return texts.every((text) => text !== undefined) ? texts.join('\n') : undefined;
}
