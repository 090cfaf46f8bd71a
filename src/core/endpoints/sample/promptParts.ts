import type { ChatMessage } from '../endpoint.ts';

/** A prompt taken apart: what is asked, and the texts it is asked about. */
export interface PromptParts {
  /** System message and prompt without the materials. */
  readonly instruction: string;
  /** Texts that the prompt carries along, by the lower-case name of their tag or label. */
  readonly materials: ReadonlyMap<string, string>;
}

/** Words with which prompts introduce a text of any length. */
const LABEL =
  /^(text|document|passage|article|source|context|input|question|task|prompt|conversation|dialogue|chat history|conversation history|schema|answer|response|entity)[ \t]*:[ \t]*/imu;
const OPENING_TAG = /^<([A-Za-z][\w-]{0,40})>[ \t]*$/mu;
/** No template has more; a document full of tags would make the search slow. */
const MOST_TAGS = 20;
/** How the sentences begin that say what to do; a text that is carried along ends before them. */
const REQUEST_START =
  /^(?:given|can you|could you|please|based on|using|from the|with the|write|generate|create|come up|list|give|revise|rewrite|your|now|answer|respond|follow|make|the (?:text|document|passage) above)\b/iu;

/**
 * Separates instruction and materials: texts between `<tag>` lines, in a code fence or between triple quotes, and what
 * stands after a label such as `Text:` up to the next paragraph that reads like an instruction.
 */
export function takeApart(messages: readonly ChatMessage[]): PromptParts {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const prompt = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const materials = new Map<string, string>();
  let rest = takeTagged(prompt, materials);
  if (materials.size === 0) rest = takeQuoted(rest, materials);
  if (materials.size === 0) rest = takeLabelled(rest, materials);
  return { instruction: [...system, rest].join('\n\n'), materials };
}

function takeTagged(prompt: string, materials: Map<string, string>): string {
  let rest = '';
  let remaining = prompt;
  for (let seen = 0; seen < MOST_TAGS; seen += 1) {
    const match = OPENING_TAG.exec(remaining);
    if (match === null) break;
    const [line, tag = ''] = match;
    const start = match.index + line.length;
    // The last one: the text itself may hold the same tag.
    const end = remaining.lastIndexOf(`\n</${tag}>`);
    if (end < start) {
      rest += remaining.slice(0, start);
      remaining = remaining.slice(start);
      continue;
    }
    materials.set(tag.toLowerCase(), remaining.slice(start, end).trim());
    rest += `${remaining.slice(0, match.index)}\n`;
    remaining = remaining.slice(end + `\n</${tag}>`.length);
  }
  return rest + remaining;
}

function takeQuoted(prompt: string, materials: Map<string, string>): string {
  for (const mark of ['"""', "'''", '```']) {
    const start = prompt.indexOf(mark);
    const end = prompt.lastIndexOf(mark);
    if (start === -1 || end <= start) continue;
    materials.set('text', prompt.slice(start + mark.length, end).trim());
    return `${prompt.slice(0, start)}\n${prompt.slice(end + mark.length)}`;
  }
  return prompt;
}

function takeLabelled(prompt: string, materials: Map<string, string>): string {
  const match = LABEL.exec(prompt);
  if (match === null) return prompt;
  const [whole, name = ''] = match;
  const start = match.index + whole.length;
  let end = prompt.length;
  for (let gap = prompt.indexOf('\n\n', start); gap !== -1; gap = prompt.indexOf('\n\n', gap + 2)) {
    if (!REQUEST_START.test(prompt.slice(gap, gap + 120).trimStart())) continue;
    end = gap;
    break;
  }
  const text = prompt.slice(start, end).trim();
  if (text === '') return prompt;
  materials.set(name.toLowerCase(), text);
  return `${prompt.slice(0, match.index)}\n${prompt.slice(end)}`;
}
