/** What language models in VS Code may do with Openline: its tools, and the chat participant. */
import * as vscode from 'vscode';
import { CHAT_PARTICIPANT, LANGUAGE_MODEL_TOOLS, TOOL_PREFIX } from '../ids.ts';
import { lazily } from '../lazily.ts';
import type { ToolRunnerDeps } from './toolRunner.ts';

export type AgentDeps = ToolRunnerDeps;

/** Registers by name alone; the tools themselves are loaded when one is first called. */
export function registerAgents(deps: AgentDeps): vscode.Disposable {
  const runner = lazily(async () => {
    const { ToolRunner } = await import('./toolRunner.ts');
    return new ToolRunner(deps);
  });
  const tools = LANGUAGE_MODEL_TOOLS.map((name) =>
    vscode.lm.registerTool<object>(`${TOOL_PREFIX}${name}`, {
      prepareInvocation: async ({ input }, token) => (await runner()).prepare(name, input, token),
      invoke: async ({ input }, token) => (await runner()).invoke(name, input, token),
    }),
  );
  const participant = vscode.chat.createChatParticipant(CHAT_PARTICIPANT, async (request, context, stream, token) => {
    const { answerChat } = await import('./participant.ts');
    return answerChat(request, context, stream, token);
  });
  participant.iconPath = new vscode.ThemeIcon('comment-discussion-sparkle');
  return vscode.Disposable.from(...tools, participant);
}
