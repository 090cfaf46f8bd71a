/** The columns of a template's preview: what each shows, whom it asks, what was answered. */
import type { GenerationParameters } from '../../../core/endpoints/endpoint.ts';
import type { JsonObject } from '../../../core/record/json.ts';
import type { PreviewAnswer, PreviewColumn, PreviewMessage, PreviewState, Reading } from '../../../protocol/preview.ts';
import type { KnownProfile, ProfileStore } from '../../endpoints/profileStore.ts';
import type { QuestionChild } from '../../templates/questionChild.ts';
import {
  findValues,
  readText,
  renderParts,
  toChatMessages,
  type PreviewText,
  type ValueOrigins,
} from './previewText.ts';
import { versionLabel, type Version } from './previewVersions.ts';

/** More columns nobody can read side by side. */
export const MOST_COLUMNS = 4;
/** Characters of an answer that are kept over a reload. */
const KEPT_TEXT = 20_000;

interface Column {
  readonly id: number;
  version: Version;
  endpoint: string;
  model: string;
  text: PreviewText | undefined;
  messages: PreviewMessage[];
  problems: readonly string[];
  tokens: number | null;
  /** What the tokens were counted of. */
  counted: string;
  answer: PreviewAnswer | null;
  /** What was asked when it was answered. */
  asked: string;
  stop: AbortController | undefined;
}

export interface PreviewColumnsOptions {
  readonly child: QuestionChild;
  readonly profiles: Pick<ProfileStore, 'withKey'>;
  readonly onChange: () => void;
  /** Says that a placeholder has no value. */
  readonly noValue: (name: string) => string;
  readonly onChunk: (column: number, text: string) => void;
}

export class PreviewColumns {
  readonly #options: PreviewColumnsOptions;
  #columns: Column[] = [];
  #profiles: readonly KnownProfile[] = [];
  #usual = { endpoint: '', model: '' };
  #parameters: GenerationParameters = {};
  #schema: JsonObject | undefined;
  #nextId = 1;

  constructor(options: PreviewColumnsOptions) {
    this.#options = options;
    this.#columns = [this.#create()];
  }

  /** Brings back what there was before the window was loaded anew. */
  restore(kept: PreviewState['columns']): void {
    const columns = kept.slice(0, MOST_COLUMNS).map(({ version, other, endpoint, model, answer }) => ({
      ...this.#create(),
      ...{ version: { kind: version, other }, endpoint, model },
      // Nobody answers any more what was being asked then.
      answer: answer?.state === 'asking' ? { ...answer, state: 'stopped' as const } : answer,
    }));
    if (columns.length > 0) this.#columns = columns;
  }

  /** @param usual whom the pipeline asks, and how @param schema what its answers are held against */
  setProfiles(
    profiles: readonly KnownProfile[],
    usual: { readonly endpoint: string; readonly model: string },
    generation: GenerationParameters,
    schema: JsonObject | undefined,
  ): void {
    this.#schema = schema;
    this.#profiles = profiles;
    this.#parameters = withoutChoices(generation);
    this.#usual = usual;
    for (const column of this.#columns) {
      if (profiles.some(({ name }) => name === column.endpoint)) continue;
      Object.assign(column, usual);
    }
  }

  /** Lets the first column ask whom a pipeline asks. */
  askAs({ endpoint, model }: { readonly endpoint: string; readonly model: string }): void {
    const [first] = this.#columns;
    if (first !== undefined) Object.assign(first, { endpoint, model });
  }

  add(): void {
    if (this.#columns.length >= MOST_COLUMNS) return;
    const last = this.#columns.at(-1);
    const { endpoint, model, version } = last ?? this.#create();
    this.#columns.push({ ...this.#create(), endpoint, model, version });
  }

  remove(id: number): void {
    if (this.#columns.length < 2) return;
    this.stop(id);
    this.#columns = this.#columns.filter((column) => column.id !== id);
    this.#options.onChange();
  }

  choose(id: number, choice: Partial<Pick<Column, 'endpoint' | 'model' | 'version'>>): void {
    const column = this.#columns.find((candidate) => candidate.id === id);
    if (column === undefined) return;
    Object.assign(column, choice);
    this.#options.onChange();
  }

  /** Reads the texts and fills them in. */
  async render(
    textOf: (version: Version) => Promise<string | Error>,
    originsOf: (text: PreviewText) => ValueOrigins,
  ): Promise<void> {
    for (const column of this.#columns) {
      const read = await textOf(column.version);
      if (read instanceof Error) {
        Object.assign(column, { text: undefined, messages: [], problems: [read.message], tokens: null });
        continue;
      }
      const text = readText(read);
      const values = findValues(text.placeholders, originsOf(text));
      const missing = text.placeholders.filter((name) => !values.has(name));
      column.text = text;
      column.messages = renderParts(text, values);
      column.problems = text.problems.length > 0 ? text.problems : missing.map((name) => this.#options.noValue(name));
      this.#count(column);
    }
  }

  /** Asks for one column or for all, side by side. Resolves when all have answered. */
  async ask(id: number | null): Promise<void> {
    const columns = this.#columns.filter((column) => id === null || column.id === id);
    await Promise.all(columns.map((column) => this.#ask(column)));
  }

  stop(id: number | null): void {
    for (const { id: own, stop } of this.#columns) if (id === null || id === own) stop?.abort(new Error('stopped'));
  }

  view(): PreviewColumn[] {
    return this.#columns.map((column) => {
      const { id, version, endpoint, model, messages, problems, tokens, answer } = column;
      const prices = this.#profileOf(column)?.profile.prices;
      return {
        id,
        version: { kind: version.kind, label: versionLabel(version) },
        endpoint,
        model,
        parameters: parametersText(this.#parameters),
        messages,
        problems: [...problems],
        tokens,
        promptCost: prices === undefined || tokens === null ? null : (tokens * prices.prompt) / 1e6,
        answer: answer === null ? null : { ...answer, isStale: column.asked !== '' && column.asked !== markOf(column) },
      };
    });
  }

  keep(): PreviewState['columns'] {
    return this.#columns.map(({ version, endpoint, model, answer }) => ({
      version: version.kind,
      other: version.other,
      endpoint,
      model,
      answer: answer === null ? null : shortened(answer),
    }));
  }

  async #ask(column: Column): Promise<void> {
    const { child, profiles, onChange, onChunk } = this.#options;
    const known = this.#profileOf(column);
    if (known === undefined || column.text === undefined || column.problems.length > 0) return;
    column.stop?.abort(new Error('asked again'));
    const stop = new AbortController();
    column.stop = stop;
    column.asked = markOf(column);
    const from = `${known.name} · ${column.model}`;
    column.answer = { ...NO_ANSWER, from };
    onChange();
    const schema = this.#schema;
    // What a step asks for goes before what the template says.
    const expects = schema === undefined ? column.text.expects : 'json';
    const messages = toChatMessages(column.messages);
    try {
      const profile = await profiles.withKey(known);
      const question = {
        profile,
        // A pool that names no model has that of its replicas.
        model: column.model === '' ? (profile.profile.model ?? '') : column.model,
        messages,
        generation: this.#parameters,
        ...(expects === undefined ? {} : { expects }),
        ...(schema === undefined ? {} : { schema }),
      };
      const answer = await child.ask(
        question,
        (text) => {
          if (column.stop !== stop || column.answer === null) return;
          column.answer = { ...column.answer, text: column.answer.text + text };
          onChunk(column.id, text);
        },
        stop.signal,
      );
      if (column.stop !== stop) return;
      if (!answer.ok) column.answer = { ...column.answer, state: 'failed', problem: answer.message };
      else {
        const { text, reasoning, reading, usage, seconds, model, warnings } = answer;
        const prices = known.profile.prices;
        const cost =
          prices === undefined || usage === null
            ? null
            : (usage.prompt * prices.prompt + usage.completion * prices.completion) / 1e6;
        const read: Reading = 'items' in reading ? { ...reading, items: [...reading.items] } : reading;
        column.answer = {
          ...column.answer,
          ...{ state: 'done', text, reasoning, reading: read, tokens: usage, cost, seconds },
          warnings: [...warnings],
          from: `${known.name} · ${model}`,
        };
      }
    } catch (error) {
      if (column.stop !== stop) return;
      const problem = error instanceof Error ? error.message : String(error);
      column.answer = stop.signal.aborted
        ? { ...column.answer, state: 'stopped' }
        : { ...column.answer, state: 'failed', problem };
    } finally {
      if (column.stop === stop) column.stop = undefined;
      onChange();
    }
  }

  /** Counts in the child; the latest text of a column wins. */
  #count(column: Column): void {
    const texts = toChatMessages(column.messages).map(({ content }) => content);
    const mark = JSON.stringify(texts);
    if (column.counted === mark) return;
    column.counted = mark;
    this.#options.child.count(texts).then(
      (tokens) => {
        if (column.counted !== mark) return;
        column.tokens = tokens;
        this.#options.onChange();
      },
      () => {
        // The process ended; the next change counts again.
        if (column.counted === mark) column.counted = '';
      },
    );
  }

  #profileOf({ endpoint }: Column): KnownProfile | undefined {
    return this.#profiles.find(({ name }) => name === endpoint);
  }

  #create(): Column {
    const id = this.#nextId;
    this.#nextId += 1;
    return {
      id,
      version: { kind: 'text', other: null },
      ...this.#usual,
      ...{ text: undefined, messages: [], problems: [], tokens: null, counted: '', answer: null, asked: '' },
      stop: undefined,
    };
  }
}

const NO_ANSWER: PreviewAnswer = {
  ...{ state: 'asking', text: '', reasoning: null, reading: null, problem: null, warnings: [], from: '' },
  ...{ tokens: null, cost: null, seconds: null, isStale: false },
};

/** What an answer is an answer to. */
function markOf({ messages, endpoint, model }: Column): string {
  return JSON.stringify([toChatMessages(messages), endpoint, model]);
}

/** A try asks for one answer, whatever the step asks for. */
function withoutChoices({ n: _n, ...rest }: GenerationParameters): GenerationParameters {
  return rest;
}

function parametersText(generation: GenerationParameters): string {
  return Object.entries(generation)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

function shortened(answer: PreviewAnswer): PreviewAnswer {
  return { ...answer, text: answer.text.slice(0, KEPT_TEXT), reasoning: answer.reasoning?.slice(0, KEPT_TEXT) ?? null };
}
