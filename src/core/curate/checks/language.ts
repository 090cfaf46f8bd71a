import { eld } from 'eld/small';
import { failed, passed, unusable, type CheckSpec, type Verdict } from './check.ts';

/** What language a text is in (ISO 639-1; empty: none that is known), and how well it fits, from 0 to 1. */
export function identifyLanguage(text: string): { readonly language: string; readonly score: number } {
  const result = eld.detect(text);
  return { language: result.language, score: result.getScores()[result.language] ?? 0 };
}

/** Passes texts that are in one of the languages, and fit it well enough. */
export function createLanguageTest({
  languages,
  minScore,
}: Extract<CheckSpec, { readonly kind: 'language' }>): (text: string) => Verdict {
  return (text) => {
    const { language, score } = identifyLanguage(text);
    if (language === '') return unusable('unknown-language', 'is in no language that can be told (too short?)');
    const wanted = languages.join(', ');
    if (!languages.includes(language)) {
      return failed('language', language, `it is in ${language}, wanted is ${wanted}`);
    }
    if (score >= minScore) return passed(language);
    return failed('language', language, `it is in ${language} with a score of ${score.toFixed(2)}, under ${minScore}`);
  };
}
