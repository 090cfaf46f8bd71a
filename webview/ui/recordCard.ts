/** A record as a card: conversations as bubbles, texts to compare side by side, everything else as quiet fields. */
import { element } from './element.ts';
import { foldedText } from './foldedText.ts';
import './recordCard.css';
import { shapeOf, type NamedTurns, type RecordFields, type RecordPart, type Turn } from './recordShape.ts';
import { valueTree } from './valueTree.ts';
import type { Wording } from './wording.ts';

/**
 * Draws a record. Whatever a model wrote goes in as text alone; long texts are folded, nested values open on need.
 *
 * @param fields as parsed from the record's line
 */
export function createRecordCard(words: Wording, fields: RecordFields): HTMLElement {
  const { parts, rest } = shapeOf(fields);
  const card = element('div', { class: 'record-card' }, ...parts.map((part) => drawPart(words, part)));
  if (rest.length > 0) card.append(drawFields(words, fields, rest));
  return card;
}

/** A line that is no record, as it stands in the file. @param why in a sentence */
export function createBrokenCard(words: Wording, why: string, text: string): HTMLElement {
  const told = element('p', { class: 'record-broken', text: why });
  return element('div', { class: 'record-card' }, told, foldedText(words, text));
}

function drawPart(words: Wording, part: RecordPart): HTMLElement {
  if (part.kind === 'turns') return drawTurns(words, part.turns);
  return element('div', { class: 'record-beside' }, drawSide(words, part.left), drawSide(words, part.right));
}

function drawSide(words: Wording, { name, turns }: NamedTurns): HTMLElement {
  const body = turns.map((turn) => (turns.length === 1 ? drawBody(words, turn) : drawTurn(words, turn)));
  return element('section', {}, element('h4', { class: 'record-name', text: name }), ...body);
}

function drawTurns(words: Wording, turns: readonly Turn[]): HTMLElement {
  return element('div', { class: 'record-turns' }, ...turns.map((turn) => drawTurn(words, turn)));
}

function drawTurn(words: Wording, turn: Turn): HTMLElement {
  const { name, look } = speaker(words, turn.role);
  const head = element('h4', { class: 'record-name', text: name });
  return element('div', { class: `record-turn ${look}` }, head, drawBody(words, turn));
}

function drawBody(words: Wording, { text, more }: Turn): HTMLElement {
  const body = element('div', { class: 'record-body' });
  if (text !== '' || more === null) body.append(foldedText(words, text));
  if (more !== null) body.append(valueTree(words, more));
  return body;
}

function drawFields(words: Wording, fields: RecordFields, names: readonly string[]): HTMLElement {
  const list = element('dl', { class: 'record-fields' });
  for (const name of names) {
    list.append(element('dt', { class: 'record-name', text: name }));
    list.append(element('dd', {}, valueTree(words, fields[name])));
  }
  return list;
}

function speaker({ t }: Wording, role: string): { readonly name: string; readonly look: string } {
  switch (role.toLowerCase()) {
    case 'user':
    case 'human':
      return { name: t('User'), look: 'from-user' };
    case 'assistant':
    case 'gpt':
    case 'model':
      return { name: t('Assistant'), look: 'from-assistant' };
    case 'system':
    case 'developer':
      return { name: t('System'), look: 'from-system' };
    case 'tool':
    case 'function':
    case 'observation':
      return { name: t('Tool'), look: 'from-tool' };
    default:
      return { name: role, look: 'from-other' };
  }
}
