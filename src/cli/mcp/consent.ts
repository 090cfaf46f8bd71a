/** Asks the person before a tool spends or writes: through the client where it can ask, else in two steps. */
import { createHash } from 'node:crypto';
import {
  inputRequired,
  inputResponse,
  type CallToolResult,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Json } from '../../core/record/json.ts';
import type { Tool } from '../../core/tools/tool.ts';
import { callCode, type ToolQuestion } from '../../core/tools/toolQuestion.ts';
import { questionText } from './questionText.ts';

/** Name under which the client's answer comes. */
const ANSWER = 'agreed';

export interface Allowed {
  /** `--allow-run`, `--allow-write`: said at the start for the whole session. */
  readonly run: boolean;
  readonly write: boolean;
}

interface Call {
  readonly tool: Tool;
  /** As given, without the confirmation. */
  readonly input: Readonly<Record<string, Json>>;
  readonly confirmation: string | undefined;
  readonly question: ToolQuestion;
}

/** Remembers what was asked in this session: a yes counts once, for the very call that it was asked about. */
export class Consent {
  readonly #allowed: Allowed;
  readonly #asked = new Set<string>();

  constructor(allowed: Allowed) {
    this.#allowed = allowed;
  }

  /**
   * @param canAsk whether the client can put questions to the person
   * @returns undefined when the person has agreed; else what is answered instead of carrying the call out
   */
  check(call: Call, context: ServerContext, canAsk: boolean): CallToolResult | InputRequiredResult | undefined {
    const { question, confirmation } = call;
    if (question.kind === 'write' ? this.#allowed.write : this.#allowed.run) return undefined;
    const code = callCode(call.tool.name, call.input, question, sha256);
    if (canAsk) {
      const response = inputResponse(context.mcpReq.inputResponses, ANSWER);
      if (response.kind !== 'elicit') return this.#askThrough(code, question);
      // A yes to something else, or to what has changed since, is none.
      if (!this.#asked.delete(code)) return this.#askThrough(code, question);
      return response.action === 'accept' ? undefined : text('The person declined. Nothing was sent or written.');
    }
    if (confirmation !== undefined && this.#asked.delete(confirmation) && confirmation === code) return undefined;
    this.#asked.add(code);
    const wrong = confirmation === undefined ? '' : 'That confirmation does not fit this call (any more). ';
    return text(
      `${wrong}Nothing was done yet. Show the person the following, and only if they agree, call ${call.tool.name} again with the same arguments and "confirmation": "${code}".\n\n${questionText(question)}`,
    );
  }

  #askThrough(code: string, question: ToolQuestion): InputRequiredResult {
    this.#asked.add(code);
    const form = inputRequired.elicit({
      message: questionText(question),
      requestedSchema: { type: 'object', properties: {} },
    });
    return inputRequired({ inputRequests: { [ANSWER]: form }, requestState: code });
  }
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}

function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
