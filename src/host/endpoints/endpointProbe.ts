import type { FromChild, ToChild } from '../../core/run/childProtocol.ts';
import type { NamedProfile } from '../../core/endpoints/profile.ts';
import type { Environment } from '../runs/childEnvironment.ts';

export type ConnectionResult = Omit<Extract<FromChild, { type: 'tested' }>, 'type'>;
export type ModelsResult = Omit<Extract<FromChild, { type: 'models' }>, 'type'>;

/** Asks services small questions, in a child process: the editor's own process has no HTTP stack of ours. */
export class EndpointProbe {
  readonly #script: string;
  readonly #environment: () => Environment;

  constructor(script: string, environment: () => Environment) {
    this.#script = script;
    this.#environment = environment;
  }

  /** Sends one small request. @param signal gives up */
  async test(profile: NamedProfile, signal: AbortSignal): Promise<ConnectionResult> {
    return this.#ask({ type: 'test', profile }, signal, (message) => (message.type === 'tested' ? message : undefined));
  }

  /** Names of the service's models. */
  async models(profile: NamedProfile, signal: AbortSignal): Promise<ModelsResult> {
    return this.#ask({ type: 'models', profile }, signal, (message) =>
      message.type === 'models' ? message : undefined,
    );
  }

  /** @throws the signal's reason when it is aborted, Error when the process ends without an answer */
  async #ask<Answer>(
    order: ToChild,
    signal: AbortSignal,
    pick: (message: FromChild) => Answer | undefined,
  ): Promise<Answer> {
    const { ChildLink } = await import('../runs/childLink.ts');
    signal.throwIfAborted();
    let answer: Answer | undefined;
    const link = new ChildLink(order, {
      script: this.#script,
      environment: this.#environment(),
      onErrorLine: () => undefined,
      onMessage: (message) => {
        answer = pick(message) ?? answer;
      },
    });
    const giveUp = (): void => {
      link.kill();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const end = await link.ended;
    signal.removeEventListener('abort', giveUp);
    if (answer !== undefined) return answer;
    signal.throwIfAborted();
    throw new Error(end.errorText === '' ? `The process ended without an answer (${end.code ?? '?'}).` : end.errorText);
  }
}
