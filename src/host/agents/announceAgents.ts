/** What language models in VS Code may do with Openline: its tools, and the chat participant. */
import * as vscode from 'vscode';
import { CHAT_PARTICIPANT, LANGUAGE_MODEL_TOOLS, TOOL_PREFIX } from '../ids.ts';
import type { ToolRunner } from './toolRunner.ts';

/** What does the work, loaded when a tool is first called or the participant first asked. */
export interface Agents {
  readonly runner: () => Promise<ToolRunner>;
  readonly chat: vscode.ChatRequestHandler;
}

/** Registers the tools and the participant by name alone. */
export function announceAgents(agents: () => Promise<Agents>): vscode.Disposable {
  const runner = async (): Promise<ToolRunner> => (await agents()).runner();
  const tools = LANGUAGE_MODEL_TOOLS.map((name) =>
    vscode.lm.registerTool<object>(`${TOOL_PREFIX}${name}`, {
      prepareInvocation: async ({ input }, token) => (await runner()).prepare(name, input, token),
      invoke: async ({ input }, token) => (await runner()).invoke(name, input, token),
    }),
  );
  const participant = vscode.chat.createChatParticipant(CHAT_PARTICIPANT, async (request, context, stream, token) =>
    (await agents()).chat(request, context, stream, token),
  );
  participant.iconPath = new vscode.ThemeIcon('comment-discussion-sparkle');
  return vscode.Disposable.from(...tools, participant);
}
