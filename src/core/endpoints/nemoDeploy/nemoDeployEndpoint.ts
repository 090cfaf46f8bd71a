import { EndpointError } from '../../errors.ts';
import { canonicalJson, type JsonObject } from '../../record/json.ts';
import type { Answer, ChatOptions, ChatRequest, Endpoint } from '../endpoint.ts';
import { createFormatter, type ProfileFormatter } from '../formatters/createFormatter.ts';
import { stopWordsOf, withoutTrailingStop } from '../formatters/stopWords.ts';
import type { ServiceDeps } from '../openai/serviceAccess.ts';
import type { NamedProfile } from '../profile.ts';
import { takeOutReasoning } from '../reasoning/takeOutReasoning.ts';
import { waysOf } from '../serviceWays.ts';
import { warnOnce, type WarningListener } from '../warnOnce.ts';
import { createGatherer } from './gatherer.ts';
import { createKserveClient } from './kserveClient.ts';
import { readModelFacts, takesBinary, type ModelFacts } from './modelFacts.ts';
import { nemoInputs, parametersOf } from './nemoInputs.ts';
import { decodeTexts, encodeAsBinary, encodeAsJson } from './tensors.ts';

export interface NemoDeployDeps extends ServiceDeps {
  /** Told, once each, of what the protocol cannot do. */
  readonly onWarning?: WarningListener | undefined;
}

/** A prompt on its way, with what it shares with others of its batch. */
interface Prompted {
  readonly model: string;
  readonly facts: ModelFacts;
  readonly prompt: string;
  readonly parameters: JsonObject;
  readonly stop: readonly string[];
  readonly options: ChatOptions;
}

/**
 * Models behind Triton or PyTriton, as NeMo Deploy serves them: KServe v2 over HTTP. What a model takes is read from the
 * model itself, once; only inputs that it declares are sent. Prompts that wait at the same moment and share their
 * parameters go in one request, as many as the model's configuration allows.
 *
 * The body that is shown and hashed holds the formatted prompt and the parameters under their usual names: under which names
 * the model takes them is its own matter and no part of the question.
 *
 * A profile without a formatter, or whose tokenizer cannot be used, is told when a model is asked.
 */
export function createNemoDeployEndpoint(named: NamedProfile, deps: NemoDeployDeps): Endpoint {
  const { name, profile } = named;
  const client = createKserveClient(named, deps);
  const { reasoning } = waysOf(profile);
  const warn = warnOnce(name, deps.onWarning);
  const known = new Map<string, Promise<ModelFacts>>();
  let binary: Promise<boolean> | undefined;
  let formatter: ProfileFormatter | undefined;

  /** Made when the first prompt is: what needs none, such as looking whether the service is there, works without. */
  function formatterOf(): ProfileFormatter {
    formatter ??= createFormatter(named);
    return formatter;
  }

  function failed(failure: EndpointError['failure'], message: string, stopsEndpoint = false): EndpointError {
    return new EndpointError(name, failure, `Endpoint ${name}: ${message}.`, { stopsEndpoint });
  }

  /** Reads a model's own description once; a failed attempt is made again with the next request. */
  function factsOf(model: string): Promise<ModelFacts> {
    const reading = known.get(model) ?? readFacts(model);
    if (!known.has(model)) {
      known.set(model, reading);
      reading.catch(() => known.delete(model));
    }
    return reading;
  }

  async function readFacts(model: string): Promise<ModelFacts> {
    const path = `/v2/models/${encodeURIComponent(model)}`;
    const metadata = await client.get(path, model);
    const config = await client.get(`${path}/config`, model).catch((error: unknown) => {
      // Triton's own addition to the protocol; a server without it serves the model all the same.
      if (error instanceof EndpointError && WITHOUT_CONFIG.has(error.failure)) return null;
      throw error;
    });
    const facts = readModelFacts(metadata, config);
    if (facts === null)
      throw failed('unreadable', `the service does not describe the model ${model} as KServe v2 has it`);
    return facts;
  }

  function isBinary(): Promise<boolean> {
    if (profile.tensors !== 'auto') return Promise.resolve(profile.tensors === 'binary');
    binary ??= client.get('/v2').then(takesBinary, () => false);
    return binary;
  }

  async function send(batch: readonly Prompted[], signal: AbortSignal): Promise<readonly Answer[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const { model, facts, parameters, stop, options } = first;
    const prompting = { prompts: batch.map(({ prompt }) => prompt), parameters, stop };
    const made = nemoInputs(facts, prompting);
    if ('problem' in made) throw failed('rejected', `the model ${model} ${made.problem}`, true);
    for (const parameter of made.unused) warn(`the model ${model} has no input for \`${parameter}\`; it is left out`);
    const encode = (await isBinary()) ? encodeAsBinary : encodeAsJson;
    const { onHeaders } = options;
    const { texts, rows } = await client.infer(
      model,
      encode(made.inputs, made.output),
      ({ bytes, headLength }) => {
        const read = decodeTexts(bytes, headLength, made.output);
        if ('problem' in read || read.texts.length >= batch.length) return read;
        return { problem: `has ${read.texts.length} texts for ${batch.length} prompts` };
      },
      { signal, ...(onHeaders === undefined ? {} : { onHeaders }) },
    );
    // A model that was asked for one answer may give several a row (beams): the first is the best.
    const width = Math.max(1, Math.floor(texts.length / Math.max(1, Math.min(rows, batch.length))));
    return batch.map((_, index) => answerOf(texts[index * width] ?? '', model, stop));
  }

  function answerOf(text: string, model: string, stop: readonly string[]): Answer {
    const answer = withoutTrailingStop(client.clean(text), stop);
    return takeOutReasoning({ choices: [{ text: answer, finishReason: null }], model, usage: null }, reasoning);
  }

  const gatherer = createGatherer(
    send,
    (error) => error instanceof EndpointError && error.failure === 'rejected' && !error.stopsEndpoint,
  );

  function warnOfUnsupported({ n = 1, stream }: ChatRequest['generation']): void {
    if (n > 1) warn(`NeMo Deploy gives one answer a prompt; \`n: ${n}\` is left out`);
    if (stream === true) warn('NeMo Deploy does not stream; `stream` is left out');
  }

  return {
    name,
    identity: profile.identity ?? `nemo-deploy ${client.address}`,
    body(request) {
      const { model, messages, generation } = request;
      try {
        const stop = stopWordsOf(generation, formatterOf().stop);
        const prompt = formatterOf().format(messages);
        return { model, prompt, ...parametersOf(generation), ...(stop.length === 0 ? {} : { stop }) };
      } catch (error) {
        // What does not fit is never sent; asking says why, and this is what it is about.
        if (!(error instanceof EndpointError)) throw error;
        return { model, messages: messages.map((message) => ({ ...message })) };
      }
    },
    async chat(request, options = {}) {
      const { model, messages, generation } = request;
      options.signal?.throwIfAborted();
      const prompt = formatterOf().format(messages);
      warnOfUnsupported(generation);
      const facts = await factsOf(model);
      const parameters = parametersOf(generation);
      const stop = stopWordsOf(generation, formatterOf().stop);
      const key = canonicalJson({ model, parameters, stop });
      const prompted = { model, facts, prompt, parameters, stop, options };
      const answer = await gatherer.ask(key, prompted, facts.maxBatchSize, options.signal);
      return answer;
    },
    async models(signal) {
      try {
        return await client.index(signal === undefined ? {} : { signal });
      } catch (error) {
        // Triton keeps the list of its models to itself where it is told to, as PyTriton does.
        if (!(error instanceof EndpointError) || !WITHOUT_INDEX.has(error.failure)) throw error;
        // Only what describes itself as KServe v2 has it is such a service at all.
        const server = await client.get('/v2').catch(() => null);
        if (typeof server?.['name'] !== 'string') throw error;
        return [];
      }
    },
    embed: () => Promise.reject(failed('rejected', 'NeMo Deploy has no embeddings; use a service of the kind openai')),
    async ready(signal) {
      try {
        await client.ready(signal === undefined ? {} : { signal });
      } catch (error) {
        if (!(error instanceof EndpointError) || !NOT_READY.has(error.failure)) throw error;
        throw failed(
          'server',
          `the service at ${client.address} is there but not ready: its models are still loading, or one of them failed`,
        );
      }
    },
    // The sockets belong to whoever made the fetch.
    close: () => Promise.resolve(),
  };
}

type Failures = ReadonlySet<EndpointError['failure']>;
/** How a server says that it has no address for a model's configuration; of an unknown model the metadata told already. */
const WITHOUT_CONFIG: Failures = new Set(['not-found', 'rejected', 'unknown-model', 'forbidden', 'unreadable']);
const WITHOUT_INDEX: Failures = new Set(['not-found', 'rejected', 'forbidden', 'unreadable']);
const NOT_READY: Failures = new Set(['rejected', 'rate-limited', 'server']);
