/** What a client says it can do: once at the beginning (until 2025), or with every call (since). */
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { CLIENT_CAPABILITIES_META_KEY, isInitializeRequest, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';

const asking = z.object({ elicitation: z.object({ form: z.unknown(), url: z.unknown() }).partial() });
const envelope = z.object({ [CLIENT_CAPABILITIES_META_KEY]: z.unknown() });

/** Standard input and output, and whether the client said at the beginning that it can put questions to the person. */
export class RememberingTransport extends StdioServerTransport {
  canAsk = false;

  override async start(): Promise<void> {
    const receive = this.onmessage;
    this.onmessage = (message) => {
      if (isInitializeRequest(message)) this.canAsk = saysItCanAsk(message.params.capabilities);
      receive?.(message);
    };
    return super.start();
  }
}

/** Whether a call comes with the word that the client can put questions to the person; undefined: it says nothing. */
export function canAskIn({ mcpReq }: ServerContext): boolean | undefined {
  const told = envelope.safeParse(mcpReq.envelope).data?.[CLIENT_CAPABILITIES_META_KEY];
  return told === undefined ? undefined : saysItCanAsk(told);
}

function saysItCanAsk(capabilities: unknown): boolean {
  const { data } = asking.safeParse(capabilities);
  if (data === undefined) return false;
  return data.elicitation.form !== undefined || data.elicitation.url === undefined;
}
