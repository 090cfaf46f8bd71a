/** A piece of a template's text. The pieces tile the text: each starts where the one before it ends. */
export type TemplateSegment =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  /** `{{` or `}}`, which stand for one brace. */
  | { readonly kind: 'brace'; readonly text: '{' | '}'; readonly start: number; readonly end: number }
  /** `{name}`. */
  | { readonly kind: 'placeholder'; readonly name: string; readonly start: number; readonly end: number };

/** Something in a template that is not allowed, with the range it covers (offsets, end exclusive). */
export interface TemplateProblem {
  /** `nameless-placeholder`, `numbered-placeholder`, `placeholder-syntax` or `unbalanced-brace`. */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface TemplateScan {
  readonly segments: readonly TemplateSegment[];
  /** In order of appearance. The text they cover is part of `text` segments. */
  readonly problems: readonly TemplateProblem[];
  /** Names of the placeholders, each once, in order of appearance. */
  readonly placeholders: readonly string[];
}

const NAME = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
/** A name with what Python's `str.format` allows after it: attribute, index, conversion, format. */
const DECORATED_NAME = /^([\p{ID_Start}_]\p{ID_Continue}*)\s*([.[!:])/u;

const DECORATIONS: Readonly<Record<string, string>> = {
  '.': 'takes an attribute',
  '[': 'takes an element',
  '!': 'converts its value',
  ':': 'formats its value',
};

/**
 * Splits a template's text into plain text, doubled braces and placeholders, as Python's `str.format` would, except
 * that `{name}` is the only form of a placeholder. Never throws: everything wrong is among the problems, so that an
 * editor can highlight a text that is being written. Offsets count UTF-16 code units.
 */
export function scanTemplate(body: string): TemplateScan {
  const segments: TemplateSegment[] = [];
  const problems: TemplateProblem[] = [];
  const placeholders = new Set<string>();
  let textStart = 0;

  const endText = (end: number): void => {
    if (end > textStart) {
      segments.push({ kind: 'text', text: body.slice(textStart, end), start: textStart, end });
    }
  };

  let offset = nextBrace(body, 0);
  while (offset < body.length) {
    const brace = body[offset] === '{' ? '{' : '}';
    if (body[offset + 1] === brace) {
      endText(offset);
      segments.push({ kind: 'brace', text: brace, start: offset, end: offset + 2 });
      textStart = offset + 2;
      offset = nextBrace(body, offset + 2);
      continue;
    }
    const close = brace === '{' ? nextBrace(body, offset + 1) : body.length;
    if (body[close] !== '}') {
      problems.push(unbalanced(brace, offset));
      offset = nextBrace(body, offset + 1);
      continue;
    }
    const inner = body.slice(offset + 1, close);
    if (NAME.test(inner)) {
      endText(offset);
      segments.push({ kind: 'placeholder', name: inner, start: offset, end: close + 1 });
      placeholders.add(inner);
      textStart = close + 1;
    } else {
      problems.push({ ...describeBadPlaceholder(inner), start: offset, end: close + 1 });
    }
    offset = nextBrace(body, close + 1);
  }
  endText(body.length);
  return { segments, problems, placeholders: [...placeholders] };
}

/** Offset of the next brace of either kind, or the text's length. */
function nextBrace(text: string, from: number): number {
  for (let offset = from; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === 0x7b || code === 0x7d) return offset;
  }
  return text.length;
}

function unbalanced(brace: '{' | '}', offset: number): TemplateProblem {
  const message =
    brace === '{'
      ? 'this opening brace is never closed; a placeholder is {name}, and {{ stands for a brace itself'
      : 'this closing brace has no opening one; }} stands for a brace itself';
  return { code: 'unbalanced-brace', message, start: offset, end: offset + 1 };
}

function describeBadPlaceholder(inner: string): { code: string; message: string } {
  const shown = `{${inner.length > 40 ? `${inner.slice(0, 40)}…` : inner}}`.replace(/\s+/gu, ' ');
  if (inner.trim() === '') {
    return { code: 'nameless-placeholder', message: `${shown} has no name; a placeholder is {name}` };
  }
  if (/^\d+$/u.test(inner.trim())) {
    return { code: 'numbered-placeholder', message: `${shown} is a number; a placeholder has a name, such as {topic}` };
  }
  if (NAME.test(inner.trim())) {
    return { code: 'placeholder-syntax', message: `${shown} holds blanks; write {${inner.trim()}}` };
  }
  const decorated = DECORATED_NAME.exec(inner);
  if (decorated !== null) {
    const [, name = '', mark = ''] = decorated;
    return {
      code: 'placeholder-syntax',
      message: `${shown} ${DECORATIONS[mark] ?? 'is more than a name'}, which a template cannot do; write {${name}}`,
    };
  }
  return {
    code: 'placeholder-syntax',
    message: `${shown} is not a placeholder; write {name}, or {{ and }} for the braces themselves`,
  };
}
