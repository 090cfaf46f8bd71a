/**
 * The methods that generate prompts, one function each. The names of parameters are those of the templates' placeholders.
 * Every function returns the answers as the model gave them, one for each choice; `parseList` or
 * `convertResponseToYamlList` makes a list of one.
 */
import { askMethod, type MethodOptions } from './method.ts';

/** Answers as they are, one for each choice. */
export type Answers = Promise<readonly string[]>;
type With<Parameters> = MethodOptions & Readonly<Parameters>;

/** Broad topics of everyday life and knowledge. Template: `macro-topics`. */
export function generateMacroTopics(options: With<{ n_macro_topics: number }>): Answers {
  const { n_macro_topics } = options;
  return askMethod('macro-topics', { n_macro_topics }, options);
}

/** Subtopics of a macro topic. Template: `subtopics`. */
export function generateSubtopics(options: With<{ macro_topic: string; n_subtopics: number }>): Answers {
  const { macro_topic, n_subtopics } = options;
  return askMethod('subtopics', { macro_topic, n_subtopics }, options);
}

/** Questions and requests on a topic. Template: `open-qa-from-topics`. */
export function generateOpenQaFromTopic(options: With<{ topic: string; n_openlines: number }>): Answers {
  const { topic, n_openlines } = options;
  return askMethod('open-qa-from-topics', { topic, n_openlines }, options);
}

/** Revisions of a question that ask for more. Template: `revise-open-qa`. */
export function reviseOpenQa(options: With<{ openline: string; n_revisions: number }>): Answers {
  const { openline, n_revisions } = options;
  return askMethod('revise-open-qa', { openline, n_revisions }, options);
}

/** Tasks to write a kind of text on a topic. Template: `writing-task`. */
export function generateWritingTasks(
  options: With<{ topic: string; text_material_type: string; n_openlines: number }>,
): Answers {
  const { topic, text_material_type, n_openlines } = options;
  return askMethod('writing-task', { topic, text_material_type, n_openlines }, options);
}

/** Revisions of a writing task that are more definite. Template: `revise-writing-task`. */
export function reviseWritingTasks(options: With<{ openline: string; n_revisions: number }>): Answers {
  const { openline, n_revisions } = options;
  return askMethod('revise-writing-task', { openline, n_revisions }, options);
}

/** Questions and tasks about a document. Template: `closed-qa`. */
export function generateClosedQaInstructions(options: With<{ document: string; n_openlines: number }>): Answers {
  const { document, n_openlines } = options;
  return askMethod('closed-qa', { document, n_openlines }, options);
}

/** Areas of mathematics at a level. Template: `math-macro-topics`. */
export function generateMathMacroTopics(options: With<{ n_macro_topics: number; school_level: string }>): Answers {
  const { n_macro_topics, school_level } = options;
  return askMethod('math-macro-topics', { n_macro_topics, school_level }, options);
}

/** Subtopics of an area of mathematics. Template: `math-subtopics`. */
export function generateMathSubtopics(options: With<{ macro_topic: string; n_subtopics: number }>): Answers {
  const { macro_topic, n_subtopics } = options;
  return askMethod('math-subtopics', { macro_topic, n_subtopics }, options);
}

/** Problems on a topic of mathematics. Template: `math-problem-general`; another: `{ builtin: 'math-problem-beginner' }`. */
export function generateMathProblem(options: With<{ topic: string; n_openlines: number }>): Answers {
  const { topic, n_openlines } = options;
  return askMethod('math-problem-general', { topic, n_openlines }, options);
}

/** Areas of Python and its use. Template: `python-macro-topics`. */
export function generatePythonMacroTopics(options: With<{ n_macro_topics: number }>): Answers {
  const { n_macro_topics } = options;
  return askMethod('python-macro-topics', { n_macro_topics }, options);
}

/** Subtopics of a Python topic. Template: `python-subtopics`. */
export function generatePythonSubtopics(options: With<{ macro_topic: string; n_subtopics: number }>): Answers {
  const { macro_topic, n_subtopics } = options;
  return askMethod('python-subtopics', { macro_topic, n_subtopics }, options);
}

/**
 * Programming problems on a topic, in Python unless `language` says otherwise. Template: `python-problem-beginner`;
 * others: `{ builtin: 'python-problem-intermediate' }` and `{ builtin: 'python-problem-advanced' }`.
 */
export function generatePythonProblem(
  options: With<{ topic: string; n_openlines: number; language?: string }>,
): Answers {
  const { topic, n_openlines, language = 'Python' } = options;
  return askMethod('python-problem-beginner', { topic, n_openlines, language }, options);
}

/** Whether an entity belongs to mathematics: the answer starts with Yes or No. Template: `math-classification`. */
export function classifyMathEntity(options: With<{ entity: string }>): Answers {
  const { entity } = options;
  return askMethod('math-classification', { entity }, options);
}

/** Whether an entity belongs to Python: the answer starts with Yes or No. Template: `python-classification`. */
export function classifyPythonEntity(options: With<{ entity: string }>): Answers {
  const { entity } = options;
  return askMethod('python-classification', { entity }, options);
}
