import { lazily } from '../lazily.ts';
import type { Agents } from './announceAgents.ts';
import type { ToolRunnerDeps } from './toolRunner.ts';

/** What carries out the calls of tools and answers in the chat; either is loaded when it is first needed. */
export function makeAgents(deps: ToolRunnerDeps): Agents {
  return {
    runner: lazily(async () => {
      const { ToolRunner } = await import('./toolRunner.ts');
      return new ToolRunner(deps);
    }),
    chat: async (request, context, stream, token) => {
      const { answerChat } = await import('./participant.ts');
      return answerChat(request, context, stream, token);
    },
  };
}
