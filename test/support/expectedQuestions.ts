import assert from 'node:assert/strict';
import { join } from 'node:path';
import { renderTemplate } from '../../src/core/prompts/renderTemplate.ts';
import type { Template } from '../../src/core/prompts/template.ts';
import { loadTemplateLibrary } from '../../src/core/prompts/templateLibrary.ts';
import { canonicalJson, type JsonObject } from '../../src/core/record/json.ts';
import { completion, startModelServer, type ModelServer, type Received, type Reply } from './modelServer.ts';

/** Id of a built-in template, or the texts of one. */
export type Asked = string | { readonly text: string; readonly system?: string };

/**
 * A model service that knows every question beforehand: the whole body of each request has to be one that was foreseen,
 * and every one that was foreseen has to come exactly once. In which order is up to the run.
 */
export class ExpectedQuestions {
  readonly server: ModelServer;
  readonly #templates: ReadonlyMap<string, Template>;
  readonly #open: Map<string, string[][]>;
  readonly #unforeseen: JsonObject[];

  private constructor(
    server: ModelServer,
    templates: ReadonlyMap<string, Template>,
    open: Map<string, string[][]>,
    unforeseen: JsonObject[],
  ) {
    this.server = server;
    this.#templates = templates;
    this.#open = open;
    this.#unforeseen = unforeseen;
  }

  static async start(): Promise<ExpectedQuestions> {
    const open = new Map<string, string[][]>();
    const unforeseen: JsonObject[] = [];
    const script = ({ body }: Received): Reply => {
      const [texts] = open.get(canonicalJson(body))?.splice(0, 1) ?? [];
      if (texts !== undefined) return { raw: JSON.stringify(answer(body, texts)) };
      unforeseen.push(body);
      return { status: 400, raw: '{"error":{"message":"not foreseen"}}' };
    };
    const library = join(import.meta.dirname, '../../src/core/library/prompts');
    return new ExpectedQuestions(await startModelServer(script), await loadTemplateLibrary(library), open, unforeseen);
  }

  /**
   * Foresees a request.
   *
   * @param rest of the body besides the messages; default: the model `m`
   * @param answers text of each choice
   */
  foresee(
    template: Asked,
    values: Readonly<Record<string, string | number>>,
    answers: string | readonly string[],
    rest: JsonObject = {},
  ): void {
    const { text, system } = this.#textsOf(template);
    const messages = [
      ...(system === undefined ? [] : [{ role: 'system', content: renderTemplate(system, values) }]),
      { role: 'user', content: renderTemplate(text, values) },
    ];
    this.foreseeMessages(messages, answers, rest);
  }

  foreseeMessages(messages: readonly JsonObject[], answers: string | readonly string[], rest: JsonObject = {}): void {
    const key = canonicalJson({ model: 'm', ...rest, messages });
    const texts = typeof answers === 'string' ? [answers] : [...answers];
    this.#open.set(key, [...(this.#open.get(key) ?? []), texts]);
  }

  /** Holds the requests that came against those that were foreseen, and forgets both. */
  check(): void {
    const missing = [...this.#open].flatMap(([key, left]) => left.map(() => key));
    this.#open.clear();
    assert.deepEqual(this.#unforeseen.splice(0), [], 'requests that were not foreseen');
    assert.deepEqual(missing, [], 'requests that did not come');
  }

  #textsOf(template: Asked): { readonly text: string; readonly system?: string | undefined } {
    if (typeof template !== 'string') return template;
    const found = this.#templates.get(template);
    assert.ok(found !== undefined, `no template ${template}`);
    return { text: found.body, system: found.system };
  }
}

/** Elements as a numbered list, as the templates ask for it. */
export function listed(...elements: readonly string[]): string {
  return elements.map((element, index) => `${index + 1}. ${element}`).join('\n');
}

function answer(body: JsonObject, texts: readonly string[]): JsonObject {
  const choices = texts.map((content, index) => ({
    index,
    message: { role: 'assistant', content },
    finish_reason: 'stop',
  }));
  return { ...completion(body, ''), choices };
}
