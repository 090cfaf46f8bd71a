import type { EditorReply, FromChild, ToChild } from '../../core/run/childProtocol.ts';
import type { Environment } from './childEnvironment.ts';

/** Answers the child's questions to the editor: to its models, to its extensions. */
export interface EditorRelay {
  /** @returns whether the message was such a question, which is answered here */
  receive(message: FromChild): boolean;
  dispose(): void;
}

/** How children are started. */
export interface ChildStart {
  /** The command's bundle, absolute. */
  readonly script: string;
  readonly environment: () => Environment;
  readonly relay: (reply: (message: EditorReply) => void) => EditorRelay;
}

/**
 * Has a child process carry out one order that is answered by one message.
 *
 * @param pick the answer, where a message is one
 * @throws the signal's reason when it is aborted, Error when the process ends without an answer
 */
export async function askChild<Answer>(
  order: ToChild,
  { script, environment, relay: makeRelay }: ChildStart,
  signal: AbortSignal,
  pick: (message: FromChild) => Answer | undefined,
): Promise<Answer> {
  const { ChildLink } = await import('./childLink.ts');
  signal.throwIfAborted();
  let answer: Answer | undefined;
  const relay = makeRelay((message) => {
    link.send(message);
  });
  const link = new ChildLink(order, {
    script,
    environment: environment(),
    onErrorLine: () => undefined,
    onMessage: (message) => {
      if (!relay.receive(message)) answer = pick(message) ?? answer;
    },
  });
  const giveUp = (): void => {
    link.kill();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  const end = await link.ended;
  relay.dispose();
  signal.removeEventListener('abort', giveUp);
  if (answer !== undefined) return answer;
  signal.throwIfAborted();
  throw new Error(end.errorText === '' ? `The process ended without an answer (${end.code ?? '?'}).` : end.errorText);
}
