import type { FoundService } from '../../core/endpoints/findServices.ts';
import type { NamedProfile } from '../../core/endpoints/profile.ts';
import type { FromChild } from '../../core/run/childProtocol.ts';
import { askChild, type ChildStart } from '../runs/askChild.ts';

export type ConnectionResult = Omit<Extract<FromChild, { type: 'tested' }>, 'type'>;
export type ModelsResult = Omit<Extract<FromChild, { type: 'models' }>, 'type'>;

/** Asks services small questions, in a child process: the editor's own process has no HTTP stack of ours. */
export class EndpointProbe {
  readonly #start: ChildStart;

  constructor(start: ChildStart) {
    this.#start = start;
  }

  /** Sends one small request. @param signal gives up */
  async test(profile: NamedProfile, signal: AbortSignal): Promise<ConnectionResult> {
    return askChild({ type: 'test', profile }, this.#start, signal, (message) =>
      message.type === 'tested' ? message : undefined,
    );
  }

  /** Names of the service's models. */
  async models(profile: NamedProfile, signal: AbortSignal): Promise<ModelsResult> {
    return askChild({ type: 'models', profile }, this.#start, signal, (message) =>
      message.type === 'models' ? message : undefined,
    );
  }

  /** Which of the candidates are there. */
  async find(candidates: readonly NamedProfile[], signal: AbortSignal): Promise<readonly FoundService[]> {
    return askChild({ type: 'find', candidates }, this.#start, signal, (message) =>
      message.type === 'found' ? message.services : undefined,
    );
  }
}
