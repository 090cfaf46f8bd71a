/** The constants of a `prompts.py`, and what they are here. Facts only: names, not texts. */

/** What the ids of imported templates start with. A pipeline finds no template under the name of a built-in one. */
export const IMPORTED_PREFIX = 'curator-';

/** What the constants that are templates end with, and the system messages of single templates. */
export const TEMPLATE_ENDING = '_PROMPT_TEMPLATE';
export const SYSTEM_ENDING = '_SYSTEM_PROMPT';

/** Ids of the built-in templates of the same purpose, by constant. */
export const TEMPLATE_CONSTANTS: Readonly<Record<string, string>> = {
  DEFAULT_MACRO_TOPICS_PROMPT_TEMPLATE: 'macro-topics',
  DEFAULT_SUBTOPICS_PROMPT_TEMPLATE: 'subtopics',
  DEFAULT_OPEN_QA_FROM_TOPICS_PROMPT_TEMPLATE: 'open-qa-from-topics',
  DEFAULT_REVISE_OPEN_QA_PROMPT_TEMPLATE: 'revise-open-qa',
  DEFAULT_WRITING_TASK_PROMPT_TEMPLATE: 'writing-task',
  DEFAULT_REVISE_WRITING_TASK_PROMPT_TEMPLATE: 'revise-writing-task',
  DEFAULT_CLOSED_QA_PROMPT_TEMPLATE: 'closed-qa',
  DEFAULT_MATH_MACRO_TOPICS_PROMPT_TEMPLATE: 'math-macro-topics',
  DEFAULT_MATH_SUBTOPICS_PROMPT_TEMPLATE: 'math-subtopics',
  MATH_PROBLEM_GENERAL_PROMPT_TEMPLATE: 'math-problem-general',
  MATH_PROBLEM_BEGINNER_PROMPT_TEMPLATE: 'math-problem-beginner',
  DEFAULT_PYTHON_MACRO_TOPICS_PROMPT_TEMPLATE: 'python-macro-topics',
  DEFAULT_PYTHON_SUBTOPICS_PROMPT_TEMPLATE: 'python-subtopics',
  PYTHON_PROBLEM_BEGINNER_PROMPT_TEMPLATE: 'python-problem-beginner',
  PYTHON_PROBLEM_INTERMEDIATE_PROMPT_TEMPLATE: 'python-problem-intermediate',
  PYTHON_PROBLEM_ADVANCED_PROMPT_TEMPLATE: 'python-problem-advanced',
  DEFAULT_MATH_CLASSIFICATION_PROMPT_TEMPLATE: 'math-classification',
  DEFAULT_PYTHON_CLASSIFICATION_PROMPT_TEMPLATE: 'python-classification',
  DEFAULT_YAML_CONVERSION_PROMPT_TEMPLATE: 'yaml-conversion',
  DIALOGUE_NORMAL_USER_TURN_PROMPT_TEMPLATE: 'dialogue-normal-user-turn',
  DIALOGUE_COMPLEX_USER_TURN_PROMPT_TEMPLATE: 'dialogue-complex-user-turn',
  DIALOGUE_CONCISE_USER_TURN_PROMPT_TEMPLATE: 'dialogue-concise-user-turn',
  WIKIPEDIA_REPHRASING_PROMPT_TEMPLATE: 'wikipedia-rephrasing',
  DIVERSE_QA_PROMPT_TEMPLATE: 'diverse-qa',
  DISTILL_PROMPT_TEMPLATE: 'distill',
  EXTRACT_KNOWLEDGE_PROMPT_TEMPLATE: 'extract-knowledge',
  KNOWLEDGE_LIST_PROMPT_TEMPLATE: 'knowledge-list',
};

/** Constants that are system messages, with the templates whose `system` they are. */
export const SYSTEM_CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  NEMOTRON_CC_SYSTEM_PROMPT: ['wikipedia-rephrasing', 'diverse-qa', 'extract-knowledge', 'knowledge-list'],
  NEMOTRON_CC_DISTILL_SYSTEM_PROMPT: ['distill'],
};

/**
 * Where the templates belong, by recipe and key of `prompts:`. Of several for one key the first is the recipe's default,
 * the others are its alternatives.
 */
export const RECIPE_PLACES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'open-qa': {
    macro_topics: ['macro-topics'],
    subtopics: ['subtopics'],
    openlines: ['open-qa-from-topics'],
    revisions: ['revise-open-qa'],
    conversion: ['yaml-conversion'],
  },
  writing: { tasks: ['writing-task'], revisions: ['revise-writing-task'], conversion: ['yaml-conversion'] },
  'closed-qa': { questions: ['closed-qa'], conversion: ['yaml-conversion'] },
  math: {
    macro_topics: ['math-macro-topics'],
    subtopics: ['math-subtopics'],
    problems: ['math-problem-general', 'math-problem-beginner'],
    conversion: ['yaml-conversion'],
  },
  python: {
    macro_topics: ['python-macro-topics'],
    subtopics: ['python-subtopics'],
    problems: ['python-problem-beginner', 'python-problem-intermediate', 'python-problem-advanced'],
    conversion: ['yaml-conversion'],
  },
  dialogue: {
    user_turn: ['dialogue-normal-user-turn', 'dialogue-complex-user-turn', 'dialogue-concise-user-turn'],
  },
  'two-turn': {
    user_turn: ['dialogue-normal-user-turn', 'dialogue-complex-user-turn', 'dialogue-concise-user-turn'],
  },
  'classify-entities': { classify: ['math-classification', 'python-classification'] },
  wikipedia: { rewrite: ['wikipedia-rephrasing'] },
  'diverse-qa': { rewrite: ['diverse-qa'] },
  distill: { rewrite: ['distill'] },
  'extract-knowledge': { rewrite: ['extract-knowledge'] },
  'knowledge-list': { rewrite: ['knowledge-list'] },
};
