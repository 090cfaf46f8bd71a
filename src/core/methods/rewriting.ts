/**
 * The methods that rewrite documents, one function each: a system and a user message for each document or segment. They
 * return the answers as the model gave them; the recipes of the same names cut documents into segments and refine the
 * answers as well.
 */
import { askMethod, type MethodOptions } from './method.ts';
import type { Answers } from './prompts.ts';

type WithDocument = MethodOptions & { readonly document: string };

/** In the style of an encyclopedia. Template: `wikipedia-rephrasing`. */
export function rewriteToWikipediaStyle(options: WithDocument): Answers {
  return askMethod('wikipedia-rephrasing', { document: options.document }, options);
}

/** Up to eight pairs of question and answer of different kinds. Template: `diverse-qa`. */
export function generateDiverseQa(options: WithDocument): Answers {
  return askMethod('diverse-qa', { document: options.document }, options);
}

/** Condensed to what is worth knowing. Template: `distill`, with a system message of its own. */
export function distill(options: WithDocument): Answers {
  return askMethod('distill', { document: options.document }, options);
}

/** The knowledge in it, as passages. Template: `extract-knowledge`. */
export function extractKnowledge(options: WithDocument): Answers {
  return askMethod('extract-knowledge', { document: options.document }, options);
}

/** The knowledge in it, as a list of facts. Template: `knowledge-list`. */
export function generateKnowledgeList(options: WithDocument): Answers {
  return askMethod('knowledge-list', { document: options.document }, options);
}

/**
 * Any other change of a document, by the id of a built-in template: `paraphrase`, `format`, `style`, `simplify`,
 * `translate`, `add-context`, `explain`, `instructions`, `code-examples`, `multilingual-qa`, `extract`. What the template
 * asks for besides the document (`language`, `level` …) stands in `values`.
 */
export function transformDocument(options: WithDocument & { readonly task: string }): Answers {
  return askMethod(options.task, { document: options.document }, options);
}
