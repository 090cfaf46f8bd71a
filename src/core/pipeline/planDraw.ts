import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatOf } from '../datasets/sourceFormats.ts';
import type { DataPath } from '../files/checkValue.ts';
import { nearestName } from '../files/nearestName.ts';
import type { DrawInput, DrawnInput, SamplerInput } from './drawSchema.ts';
import { caseName, type Drawing, type Sampler } from './drawPlan.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { Planning } from './planContext.ts';
import type { StepDraft } from './readPipeline.ts';

const KINDS = ['choice', 'weighted', 'int', 'float', 'date', 'file'] as const;

/** Settles what a `draw` step draws; what is wrong has been told. */
export async function planDraw(
  draw: DrawInput,
  draft: StepDraft,
  incoming: KnownFields,
  planning: Planning,
): Promise<{ readonly drawing: Drawing; readonly fields: KnownFields }> {
  const planner = new DrawPlanner(draft, planning);
  const fields: { field: string; sampler: Sampler }[] = [];
  const known = incoming === null ? null : new Set(incoming);
  for (const [field, input] of Object.entries(draw.fields)) {
    const sampler = await planner.drawn(input, ['fields', field], known, fields);
    if (sampler !== null) fields.push({ field, sampler });
    known?.add(field);
  }
  if (Object.keys(draw.fields).length === 0) planner.tell('missing-key', 'there is nothing to draw', ['fields'], 'key');
  return { drawing: { seed: draw.seed ?? 0, fields }, fields: known };
}

class DrawPlanner {
  readonly #draft: StepDraft;
  readonly #planning: Planning;

  constructor(draft: StepDraft, planning: Planning) {
    this.#draft = draft;
    this.#planning = planning;
  }

  tell(code: string, message: string, path: DataPath, part: 'key' | 'value'): void {
    this.#planning.problems.error(code, message, this.#draft.locate(['draw', ...path], part));
  }

  async drawn(
    input: DrawnInput,
    path: DataPath,
    known: KnownFields,
    before: Drawing['fields'],
  ): Promise<Sampler | null> {
    const { by, cases, otherwise, ...own } = input;
    if (by === undefined) {
      for (const name of ['cases', 'otherwise'] as const) {
        if (input[name] !== undefined)
          this.tell('needless-key', `\`${name}\` has no effect without \`by\``, [...path, name], 'key');
      }
      return this.#sampler(own, path);
    }
    for (const name of Object.keys(own)) {
      this.tell('conflicting-keys', `what depends on \`by\` is drawn from its \`cases\``, [...path, name], 'key');
    }
    if (known !== null && !mayHaveField(known, by)) {
      this.tell('unknown-field', unknownField(by, known), [...path, 'by'], 'value');
    }
    if (cases === undefined || Object.keys(cases).length === 0) {
      this.tell('missing-key', '`by` needs `cases`', [...path, 'by'], 'key');
      return null;
    }
    const planned: Record<string, Sampler> = {};
    for (const [value, one] of Object.entries(cases)) {
      const sampler = await this.#fixedOrDrawn(one, [...path, 'cases', value]);
      if (sampler !== null) planned[value] = sampler;
    }
    const rest = otherwise === undefined ? undefined : await this.#fixedOrDrawn(otherwise, [...path, 'otherwise']);
    this.#checkCases(by, Object.keys(cases), rest !== undefined, before, path);
    return { kind: 'by', field: by, cases: planned, ...(rest == null ? {} : { otherwise: rest }) };
  }

  /** Where the values are known on which it depends, every case must be one of them, and none may be left out. */
  #checkCases(by: string, cases: readonly string[], hasRest: boolean, before: Drawing['fields'], path: DataPath): void {
    const sampler = before.find(({ field }) => field === by)?.sampler;
    if (sampler?.kind !== 'values') return;
    const values = sampler.values.map(caseName);
    for (const value of cases) {
      if (values.includes(value)) continue;
      const nearest = nearestName(value, values);
      const guess = nearest === undefined ? '' : ` (did you mean \`${nearest}\`?)`;
      this.tell('unknown-case', `\`${by}\` is never \`${value}\`${guess}`, [...path, 'cases', value], 'key');
    }
    const open = values.filter((value, index) => !cases.includes(value) && (sampler.weights[index] ?? 0) > 0);
    if (open.length === 0 || hasRest) return;
    const message = `there is no case for ${open.map((value) => `\`${value}\``).join(', ')}, and no \`otherwise\``;
    this.tell('missing-case', message, [...path, 'cases'], 'key');
  }

  async #fixedOrDrawn(input: string | number | SamplerInput, path: DataPath): Promise<Sampler | null> {
    return typeof input === 'object' ? this.#sampler(input, path) : { kind: 'values', values: [input], weights: [1] };
  }

  async #sampler(input: SamplerInput, path: DataPath): Promise<Sampler | null> {
    const given = KINDS.filter((kind) => input[kind] !== undefined);
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      const found = given.length === 0 ? 'there is none' : `there are ${given.join(' and ')}`;
      this.tell('wrong-sampler', `a value is drawn from exactly one of ${KINDS.join(', ')}; ${found}`, path, 'key');
      return null;
    }
    if (input.decimals !== undefined && kind !== 'float') {
      this.tell('needless-key', `\`decimals\` has no effect with \`${kind}\``, [...path, 'decimals'], 'key');
    }
    if (input.field !== undefined && kind !== 'file') {
      this.tell('needless-key', `\`field\` has no effect with \`${kind}\``, [...path, 'field'], 'key');
    }
    switch (kind) {
      case 'choice':
        return { kind: 'values', values: input.choice ?? [], weights: (input.choice ?? []).map(() => 1) };
      case 'weighted':
        return this.#weighted(input.weighted ?? {}, path);
      case 'file':
        return this.#file(input.file ?? '', input.field ?? null, path);
      case 'int':
      case 'float': {
        const [low, high] = input[kind] ?? [0, 0];
        if (!this.#isRange(low <= high, [...path, kind])) return null;
        return kind === 'int' ? { kind, low, high } : { kind, low, high, decimals: input.decimals ?? 2 };
      }
      case 'date': {
        const [from, to] = input.date ?? ['', ''];
        return this.#isRange(from <= to, [...path, kind]) ? { kind, from, to } : null;
      }
    }
  }

  #isRange(isOne: boolean, path: DataPath): boolean {
    if (!isOne) this.tell('out-of-range', 'the first must not be larger than the second', path, 'value');
    return isOne;
  }

  #weighted(weighted: Readonly<Record<string, number>>, path: DataPath): Sampler | null {
    const weights = Object.values(weighted);
    if (weights.some((weight) => weight > 0)) return { kind: 'values', values: Object.keys(weighted), weights };
    this.tell('out-of-range', 'at least one weight must be more than 0', [...path, 'weighted'], 'value');
    return null;
  }

  async #file(shown: string, field: string | null, path: DataPath): Promise<Sampler | null> {
    const absolute = resolve(this.#planning.folder, shown);
    const found = await stat(absolute).catch(() => undefined);
    if (found?.isFile() !== true) {
      this.tell('missing-file', `there is no file ${shown}`, [...path, 'file'], 'value');
      return null;
    }
    const as = /\.ya?ml$/iu.test(shown) ? 'yaml' : formatOf(shown);
    return { kind: 'file', path: absolute, shown, as, field };
  }
}
