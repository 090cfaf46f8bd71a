import type { JsonObject } from '../../record/json.ts';
import type { ChatMessage } from '../endpoint.ts';
import { numberAskedFor } from './numberAskedFor.ts';
import { takeApart, type PromptParts } from './promptParts.ts';
import { withoutMark } from './sampleMark.ts';

/** How the items of a list are written. */
export type ListForm = 'numbered' | 'bullets' | 'yaml' | 'json';
/** What a list is made of. */
export type ListSubject =
  | 'topics'
  | 'subtopics'
  | 'questions'
  | 'writing-tasks'
  | 'document-questions'
  | 'titles'
  | 'math-problems'
  | 'code-problems'
  | 'revisions'
  | 'items';
/** The field that topics and problems are taken from. */
export type Flavour = 'general' | 'math' | 'code';
/** The shape of a rewritten text. */
export type RewriteShape = 'paragraphs' | 'qa-pairs' | 'facts' | 'steps' | 'code';

/** What a request wants, as far as its words tell. */
export type SampleTask =
  | { readonly kind: 'convert'; readonly answer: string }
  | {
      readonly kind: 'list';
      readonly subject: ListSubject;
      readonly count: number;
      readonly form: ListForm;
      readonly flavour: Flavour;
      /** The topic, the openline to revise or the document. */
      readonly about: string;
      /** Kind of text (writing tasks) or programming language (code problems). */
      readonly detail: string;
    }
  | { readonly kind: 'user-turn'; readonly history: string; readonly style: 'normal' | 'complex' | 'concise' }
  | { readonly kind: 'label'; readonly labels: readonly string[]; readonly entity: string }
  | { readonly kind: 'json'; readonly schema: string; readonly document: string }
  | {
      readonly kind: 'rewrite';
      readonly shape: RewriteShape;
      readonly document: string;
      /** Line that the answer is to begin with. */
      readonly opening: string | null;
      readonly count: number | null;
      readonly detail: string;
      /** Language, style, format or readers of the text; null where nothing is said of them. */
      readonly manner: string | null;
    }
  | { readonly kind: 'answer'; readonly question: string };

const CONVERT = /\b(?:convert|turn|parse|transform|rewrite|reformat|put|extract)\b/iu;
const NEXT_TURN = /\b(?:next|follow[- ]?up|continue|respond|reply|in the place of)\b/iu;
const CONCISE = /\b(?:concise|short|brief|at most \w+ words)\b/iu;
const COMPLEX = /\b(?:complex|demanding|detailed|challenging|several conditions)\b/iu;
const YES_OR_NO =
  /(?:answer|reply|respond|word|start|begin)[^.\n]{0,60}\byes["'”’]?\s+or\s+["'“‘]?no\b(?![- ]questions?)/iu;
const LABELS = /\b(?:labels|categories|classes)\b[^:\n]{0,40}:[ \t]*([^\n]+)/iu;
const LIST = /\b(?:lists?|bullets?|bulleted|enumerate|enumeration|JSON array)\b/iu;
/** A list of no certain length. */
const ANY_LIST = /\b(?:an?|as an?|numbered|bulleted|bullet|YAML|JSON) (?:list|array)\b|^list\b/imu;
/** What is asked for in numbers as a list even where that word is missing; of reasons or steps an answer may just tell. */
const LISTED =
  /^(?:sub-?topics|topics|areas|questions|requests|tasks|problems|exercises|openlines|prompts|instructions|versions|revisions|variants|variations|paraphrases|rewrites|titles|ideas|names|suggestions)$/u;
const REWRITE =
  /\b(?:rewrite|rephrase|paraphrase|translate|simplify|condense|summari[sz]e|distil+|extract|convert|explain|list what|enrich|code example|pairs of|reformulate)\b/iu;
const FACT_LINES = /\bone (?:entry|fact) per line/iu;
const OPENING =
  /\b(?:begins?|starts?|starting|beginning)\b[^"“\n]{0,40}\b(?:line|words?|sentence|phrase|prefix|text|with)\b[^"“\n]{0,20}["“]([^"”\n]{2,200})["”]/iu;
const LANGUAGE_USED =
  /\b(?:in|using|with)\s+(Python|JavaScript|TypeScript|Java|C\+\+|C#|C|Go|Rust|Ruby|Kotlin|Swift|PHP|Scala|Haskell|Julia|R|SQL|Bash)(?![\w+#])/u;
const LANGUAGE_NAMED =
  /\b(Python|JavaScript|TypeScript|Java|C\+\+|C#|Rust|Ruby|Kotlin|Swift|PHP|Scala|Haskell|Julia|SQL|Bash)(?![\w+#])/u;
const KIND_OF_TEXT = /\b(?:kind|type|form|genre) of (?:text|writing|material)[^:\n]{0,20}:[ \t]*([^\n]+)/iu;
const CREATED_THING = /\b(?:create|write|compose|draft|produce)\s+(?:an?\s+)?["“]([^"”\n]{2,60})["”]/iu;
const MANNER =
  /\btranslate\b[^.\n]{0,40}\binto\s+([^.\n]{2,40})|\bfollowing (?:format|readers|language):[ \t]*([^\n]{2,80})|^style:[ \t]*([^\n]{2,80})/imu;
const ASPECTS = /\baspects? of\s+([^\n.?!]{2,80})/iu;
/** What a topic is when it only points to a text. */
const POINTER = /^(?:it|this|that|them|the (?:text|document|passage|article|above|following|content))\b/iu;
const DOCUMENT_NAMES = ['document', 'text', 'passage', 'article', 'source', 'context', 'input'] as const;
const REVISED_NAMES = ['question', 'task', 'prompt', 'openline', 'instruction', 'answer', 'response', 'text'] as const;

/** Recognises what is asked for, from the prompt's own words alone; in doubt it is a plain question. */
export function understandRequest(messages: readonly ChatMessage[]): SampleTask {
  const parts = takeApart(messages);
  const { instruction, materials } = parts;
  const question = withoutMark(messages.findLast(({ role }) => role === 'user')?.content ?? '');
  if (messages.some(({ role }) => role === 'assistant')) return { kind: 'answer', question };
  return (
    recogniseConversion(parts) ??
    recogniseUserTurn(parts) ??
    recogniseLabels(parts) ??
    recogniseJson(parts) ??
    recogniseList(parts) ??
    recogniseRewrite(parts) ?? { kind: 'answer', question: materials.size === 0 ? question : instruction }
  );
}

function recogniseConversion({ instruction, materials }: PromptParts): SampleTask | null {
  if (!/\byaml\b/iu.test(instruction) || !CONVERT.test(instruction) || !/\blist\b/iu.test(instruction)) return null;
  const carried = longest(materials.values());
  if (carried !== undefined) return { kind: 'convert', answer: carried };
  // Nothing marks where the answer starts: it is what follows the paragraph that asks.
  const start = instruction.indexOf('\n\n', instruction.search(/\byaml\b/iu));
  return start === -1 ? null : { kind: 'convert', answer: instruction.slice(start).trim() };
}

function recogniseUserTurn({ instruction, materials }: PromptParts): SampleTask | null {
  if (!/\buser\b/iu.test(instruction) || !NEXT_TURN.test(instruction)) return null;
  if (!/\b(?:conversation|dialogue|chat|history)\b/iu.test(instruction)) return null;
  const history = longest(materials.values()) ?? instruction;
  if (!/\bUser:/u.test(history)) return null;
  const style = COMPLEX.test(instruction) ? 'complex' : CONCISE.test(instruction) ? 'concise' : 'normal';
  return { kind: 'user-turn', history: withoutMark(history), style };
}

function recogniseLabels({ instruction, materials }: PromptParts): SampleTask | null {
  const entity = materials.get('entity') ?? longest(materials.values()) ?? quoted(instruction) ?? '';
  if (YES_OR_NO.test(instruction)) return { kind: 'label', labels: ['Yes', 'No'], entity };
  if (!/\b(?:label|category|class)\b/iu.test(instruction)) return null;
  const labels = LABELS.exec(instruction)?.[1]
    ?.split(/[,;|]/u)
    .map((label) => label.trim().replace(/\.$/u, ''));
  const named = labels?.filter((label) => label !== '') ?? [];
  return named.length < 2 ? null : { kind: 'label', labels: named, entity };
}

function recogniseJson({ instruction, materials }: PromptParts): SampleTask | null {
  if (!/\bJSON\b/u.test(instruction) || /\bJSON (?:array|list)\b/iu.test(instruction)) return null;
  const schema = materials.get('schema') ?? materials.get('criteria') ?? bracedPart(instruction);
  const document = longest(
    [...materials].filter(([name]) => name !== 'schema' && name !== 'criteria').map(([, text]) => text),
  );
  return { kind: 'json', schema, document: document ?? '' };
}

/** JSON that conforms to a schema, made of the longest text that the request carries. */
export function jsonTask(messages: readonly ChatMessage[], schema: JsonObject): SampleTask {
  const { instruction, materials } = takeApart(messages);
  const carried = longest([...materials].filter(([name]) => name !== 'schema').map(([, text]) => text));
  return { kind: 'json', schema: JSON.stringify(schema), document: withoutMark(carried ?? instruction) };
}

/** From the first opening brace to the last closing one; the whole text where there is no such pair. */
function bracedPart(text: string): string {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  return start === -1 || end < start ? text : text.slice(start, end + 1);
}

function recogniseList({ instruction, materials }: PromptParts): SampleTask | null {
  const asked = numberAskedFor(instruction);
  const isPairs = /\bQuestion:/u.test(instruction) && /\bAnswer:/u.test(instruction);
  // How many facts there are, the text decides.
  const isFacts = FACT_LINES.test(instruction) && firstOf(materials, DOCUMENT_NAMES) !== undefined;
  const isList =
    asked === null
      ? ANY_LIST.test(instruction) && materials.size === 0
      : LIST.test(instruction) || LISTED.test(asked.noun);
  if (isPairs || isFacts || !isList) return null;
  const flavour = flavourOf(instruction);
  const named = subjectOf(asked?.noun ?? '', instruction, materials, flavour);
  const about = listedAbout(named, instruction, materials);
  // Questions about a text that nothing marks as one: it is all that is not the request.
  const unmarked = named === 'questions' && POINTER.test(about) ? withoutRequest(instruction) : '';
  const subject = unmarked === '' ? named : 'document-questions';
  const detail = subject === 'writing-tasks' ? kindOfText(instruction) : programmingLanguage(instruction);
  return {
    kind: 'list',
    subject,
    count: Math.min(asked?.count ?? 5, 10_000),
    form: formOf(instruction),
    flavour,
    about: withoutMark(unmarked === '' ? about : unmarked),
    detail: withoutMark(detail),
  };
}

/** The paragraphs in which no number of anything is asked for. */
function withoutRequest(instruction: string): string {
  const paragraphs = instruction.split(/\n{2,}/u);
  return paragraphs
    .filter((paragraph) => numberAskedFor(paragraph) === null)
    .join('\n\n')
    .trim();
}

function listedAbout(subject: ListSubject, instruction: string, materials: ReadonlyMap<string, string>): string {
  switch (subject) {
    case 'topics':
      return '';
    case 'revisions':
      return firstOf(materials, REVISED_NAMES) ?? longest(materials.values()) ?? quoted(instruction) ?? instruction;
    case 'document-questions':
    case 'titles':
      return firstOf(materials, DOCUMENT_NAMES) ?? longest(materials.values()) ?? instruction;
    case 'writing-tasks':
      // What is quoted is the kind of text.
      return topicOf(instruction.replace(CREATED_THING, ''), materials);
    default:
      return topicOf(instruction, materials);
  }
}

function recogniseRewrite({ instruction, materials }: PromptParts): SampleTask | null {
  const document = firstOf(materials, DOCUMENT_NAMES);
  const isPairs = /\bQuestion:/u.test(instruction) && /\bAnswer:/u.test(instruction);
  if (document === undefined || !(isPairs || REWRITE.test(instruction))) return null;
  const shape: RewriteShape = isPairs
    ? 'qa-pairs'
    : /\bcode (?:example|block)/iu.test(instruction)
      ? 'code'
      : /\bstep 1\b/iu.test(instruction)
        ? 'steps'
        : /\beach line starting\b|\bbullet|\bone (?:entry|fact) per line/iu.test(instruction)
          ? 'facts'
          : 'paragraphs';
  const detail = /\blanguages?\b[^:\n.]{0,20}:[ \t]*([^\n.]+)/iu.exec(instruction)?.[1] ?? '';
  const manner =
    MANNER.exec(instruction)
      ?.slice(1)
      .find((part: string | undefined) => part !== undefined) ?? null;
  return {
    kind: 'rewrite',
    shape,
    document: withoutMark(document),
    opening: announcedLine(instruction),
    count: isPairs ? numberOfPairs(instruction) : null,
    detail,
    manner: manner === null ? null : withoutMark(manner).trim(),
  };
}

/** How many pairs are asked for; a number of anything else (`needs two places of the text`) is none of them. */
function numberOfPairs(instruction: string): number | null {
  const asked = numberAskedFor(instruction.replaceAll(/\bpairs\b/giu, 'questions'));
  return asked === null || asked.noun === '' ? null : asked.count;
}

/** The line that an answer is told to begin with; how the lines of a list begin is another matter. */
function announcedLine(instruction: string): string | null {
  const line = OPENING.exec(instruction)?.[1];
  return line === undefined || !line.includes(' ') || /^(?:step|question|answer)\b/iu.test(line) ? null : line;
}

function formOf(instruction: string): ListForm {
  if (/\bJSON (?:array|list)\b/iu.test(instruction)) return 'json';
  if (/\bYAML\b/iu.test(instruction)) return 'yaml';
  if (/\bnumbered\b/iu.test(instruction)) return 'numbered';
  return /\bbullet|\bhyphen|\bdash\b/iu.test(instruction) ? 'bullets' : 'numbered';
}

function flavourOf(instruction: string): Flavour {
  if (/\bmath(?:s|ematics|ematical)?\b/iu.test(instruction)) return 'math';
  return /\bpython\b|\bprogramm(?:ing|ers?|ed)\b|\bcoding\b/iu.test(instruction) ? 'code' : 'general';
}

/** The noun next to the number decides; where it says nothing, words anywhere in the instruction do. */
function subjectOf(
  noun: string,
  instruction: string,
  materials: ReadonlyMap<string, string>,
  flavour: Flavour,
): ListSubject {
  const carriesDocument = firstOf(materials, DOCUMENT_NAMES) !== undefined;
  const revises = /\b(?:revis\w+|rephras\w+|rewrit\w+|paraphras\w+)\b/iu.test(instruction);
  for (const words of [noun, instruction]) {
    if (/\btitles\b/iu.test(words) && materials.size > 0) return 'titles';
    if (/\b(?:revisions|paraphrases|rewrites|versions|variants|variations)\b/iu.test(words)) return 'revisions';
    if (/\bsub-?topics\b/iu.test(words)) return 'subtopics';
    if (/\b(?:topics|areas|fields|themes|subjects|concepts)\b/iu.test(words)) {
      return isWithinTopic(instruction) ? 'subtopics' : 'topics';
    }
    if (/\b(?:problems|exercises|puzzles)\b/iu.test(words) && flavour !== 'general') {
      return flavour === 'code' ? 'code-problems' : 'math-problems';
    }
    if (/\b(?:questions|requests|tasks|instructions|openlines|prompts)\b/iu.test(words)) {
      if (revises && materials.size > 0 && !carriesDocument) return 'revisions';
      if (carriesDocument) return 'document-questions';
      return KIND_OF_TEXT.test(instruction) || CREATED_THING.test(instruction) ? 'writing-tasks' : 'questions';
    }
  }
  return revises && materials.size > 0 ? 'revisions' : 'items';
}

/** Whether topics are asked for within a topic, and not across the whole world. */
function isWithinTopic(instruction: string): boolean {
  const whole = ASPECTS.exec(instruction)?.[1];
  return whole !== undefined && !/\b(?:life|world|human|society)\b/iu.test(whole);
}

function kindOfText(instruction: string): string {
  return (KIND_OF_TEXT.exec(instruction) ?? CREATED_THING.exec(instruction))?.[1] ?? 'text';
}

function programmingLanguage(instruction: string): string {
  return (LANGUAGE_USED.exec(instruction) ?? LANGUAGE_NAMED.exec(instruction))?.[1] ?? 'Python';
}

/** What a prompt is about: what is quoted, or stands after a colon, or after "about" and its like. */
function topicOf(instruction: string, materials: ReadonlyMap<string, string>): string {
  const named = materials.get('topic') ?? materials.get('macro_topic') ?? materials.get('subject');
  if (named !== undefined) return named;
  const afterColon = /\b(?:topic|subject|area|theme|field)\b[^:\n]{0,90}:[ \t]*([^\n]{2,200})/iu.exec(instruction)?.[1];
  const afterWord =
    /\b(?:related to|about|regarding|concerning|on the topic of|ideas for|names for|in the field of|of the topic|on|for)\s+([^\n.?!,;"]{2,120})/iu.exec(
      instruction,
    )?.[1];
  return (afterColon ?? quoted(instruction) ?? ASPECTS.exec(instruction)?.[1] ?? afterWord ?? 'everyday life')
    .trim()
    .replace(/[.:]$/u, '');
}

function quoted(text: string): string | undefined {
  return /["“]([^"”\n]{2,400})["”]/u.exec(text)?.[1];
}

function firstOf(materials: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = materials.get(name);
    if (text !== undefined) return text;
  }
  return undefined;
}

function longest(texts: Iterable<string>): string | undefined {
  let found: string | undefined;
  for (const text of texts) if (text.length > (found?.length ?? -1)) found = text;
  return found;
}
