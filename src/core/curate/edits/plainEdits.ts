import { dropPassageLabels } from '../dropPassageLabels.ts';
import { knowledgeList } from '../knowledgeList.ts';
import { removeMarkdown } from '../removeMarkdown.ts';
import { removeQuotes } from '../removeQuotes.ts';
import { collapseWhiteSpace, normalizeNewlines, removeUrls } from './plainText.ts';
import { repairUnicode } from './repairUnicode.ts';
import { stripHtml } from './stripHtml.ts';

/** Changes without options, each a function of the text alone: for `modify` steps and for the refinement of answers. */
export const PLAIN_EDITS = {
  strip_html: stripHtml,
  collapse_white_space: collapseWhiteSpace,
  normalize_newlines: normalizeNewlines,
  trim: (text: string) => text.trim(),
  repair_unicode: repairUnicode,
  remove_markdown: removeMarkdown,
  remove_quotes: removeQuotes,
  remove_urls: removeUrls,
  drop_passage_labels: dropPassageLabels,
  knowledge_list: knowledgeList,
} as const;

export type PlainEdit = keyof typeof PLAIN_EDITS;

export const PLAIN_EDIT_NAMES = Object.keys(PLAIN_EDITS) as readonly PlainEdit[];

export function isPlainEdit(name: string): name is PlainEdit {
  return Object.hasOwn(PLAIN_EDITS, name);
}
