/** Phrases by which texts are recognised that nobody wants to train on. All are matched without regard to case. */

/** What web pages put around their texts. */
const BOILERPLATE = [
  'all rights reserved',
  'accept cookies',
  'uses cookies',
  'use of cookies',
  'cookie policy',
  'privacy policy',
  'terms of use',
  'terms of service',
  'terms and conditions',
  'enable javascript',
  'javascript is disabled',
  'subscribe to our newsletter',
  'sign up for our newsletter',
  'click here to',
  'share this article',
  'log in to comment',
  'lorem ipsum',
] as const;

/** How assistants decline; at the beginning of an answer, where a refusal stands. */
const REFUSALS: readonly RegExp[] = [
  /\b(?:i|we)(?:['’]m| am|['’]re| are) (?:sorry|afraid)\b[^.!?\n]{0,60}\b(?:can(?:no|['’])?t|unable|not able|won['’]?t)\b/iu,
  /\bi (?:can(?:no|['’])t|am unable to|am not able to|won['’]t|will not|must decline to|must refuse to) (?:help|assist|provide|comply|fulfil|fulfill|generate|create|write|answer|discuss|support|engage|do that|do this|continue|participate)\b/iu,
  /\bi['’]m (?:unable|not able) to (?:help|assist|provide|comply|fulfil|fulfill|generate|create|write|answer|discuss)\b/iu,
  /\b(?:against|violates?|goes against) (?:my|our|the) (?:guidelines|policy|policies|programming|content policy|usage policies)\b/iu,
  /\bi (?:must|have to) (?:respectfully )?(?:decline|refuse)\b/iu,
  /\bich kann (?:dir |ihnen |euch )?(?:dabei |damit |bei dieser anfrage )?(?:leider )?nicht (?:helfen|weiterhelfen)\b/iu,
  /\b(?:je ne peux pas|je ne suis pas en mesure de) (?:vous |t['’])?(?:aider|répondre|fournir)/iu,
  /\bno puedo (?:ayudarte|ayudarle|ayudar|proporcionar|cumplir)\b/iu,
];
/** Characters in which a refusal begins, if it is one. */
const REFUSAL_WINDOW = 400;

/** What assistants say about themselves or to be friendly, and what has no place in training data. */
const ASSISTANT_PHRASES: readonly RegExp[] = [
  /\bas an? (?:ai|artificial intelligence)(?: language)?(?: model| assistant)?\b/iu,
  /\bas a (?:large )?language model\b/iu,
  /\bi(?:['’]m| am) (?:just |only )?an? (?:ai|artificial intelligence|language model|virtual assistant)\b/iu,
  /\bmy (?:training data|knowledge cut-?off|last (?:knowledge )?update)\b/iu,
  /\bi (?:don['’]t|do not) have (?:personal (?:opinions|experiences|feelings)|feelings|access to real-time)\b/iu,
  /^\s*(?:sure|certainly|of course|absolutely|great question)[!,.]/iu,
  /^\s*here(?:['’]s| is| are) (?:the|a|an|your|my|some) [^\n]{0,60}:\s*\n/iu,
  /\bi hope this helps\b/iu,
  /\blet me know if you (?:have|need|would like|['’]d like)\b/iu,
  /\bfeel free to (?:ask|reach out|let me know)\b/iu,
  /\bis there anything else (?:i can|you)\b/iu,
];

/** Whether a paragraph has something of what web pages put around their texts. */
export function hasBoilerplate(paragraph: string): boolean {
  const lower = paragraph.toLowerCase();
  return BOILERPLATE.some((phrase) => lower.includes(phrase));
}

/** The words with which an assistant declines to answer; undefined where it does not. */
export function findRefusal(text: string): string | undefined {
  return findFirst(text.slice(0, REFUSAL_WINDOW), REFUSALS);
}

/** What gives an assistant away; undefined where nothing does. */
export function findAssistantPhrase(text: string): string | undefined {
  return findFirst(text, ASSISTANT_PHRASES);
}

function findFirst(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found.trim();
  }
  return undefined;
}
