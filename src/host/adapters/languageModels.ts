import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { LanguageModelFailure } from '../../core/endpoints/vscodeLm/languageModels.ts';
import type { FromChild, ModelReply, ModelRequest } from '../../core/run/childProtocol.ts';

/** Asks the editor's own models (`vscode.lm`) on behalf of one child process. */
export class LanguageModelRelay implements vscode.Disposable {
  readonly #reply: (message: ModelReply) => void;
  readonly #underWay = new Map<number, vscode.CancellationTokenSource>();

  constructor(reply: (message: ModelReply) => void) {
    this.#reply = reply;
  }

  /** Takes a message of the child's. @returns whether it was a question to a model, which is answered here */
  receive(message: FromChild): boolean {
    if (!isModelRequest(message)) return false;
    switch (message.type) {
      case 'lm.request':
        void this.#answer(message.id, (token) => this.#ask(message, token));
        break;
      case 'lm.list':
        void this.#answer(message.id, async () => {
          const models = await vscode.lm.selectChatModels();
          return { type: 'lm.models', id: message.id, names: models.map(nameOf) };
        });
        break;
      case 'lm.cancel':
        this.#underWay.get(message.id)?.cancel();
    }
    return true;
  }

  /** The child has gone: its questions are taken back. */
  dispose(): void {
    for (const source of this.#underWay.values()) source.cancel();
  }

  async #answer(id: number, work: (token: vscode.CancellationToken) => Promise<ModelReply>): Promise<void> {
    const source = new vscode.CancellationTokenSource();
    this.#underWay.set(id, source);
    try {
      this.#reply(await work(source.token));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#reply({ type: 'lm.error', id, failure: failureOf(error), message });
    } finally {
      this.#underWay.delete(id);
      source.dispose();
    }
  }

  async #ask(
    { id, question, streams }: Extract<ModelRequest, { type: 'lm.request' }>,
    token: vscode.CancellationToken,
  ): Promise<ModelReply> {
    const { model: wanted, messages, options } = question;
    const model = await findModel(wanted);
    const { extra, ...parameters } = options;
    const turns = messages.map(({ role, content }) =>
      // The editor's interface has no system turn; what steers the model comes first, as the user's.
      role === 'assistant'
        ? vscode.LanguageModelChatMessage.Assistant(content)
        : vscode.LanguageModelChatMessage.User(content),
    );
    const response = await model.sendRequest(
      turns,
      {
        justification: l10n.t('A pipeline of this workspace makes training data with this model.'),
        modelOptions: { ...parameters, ...extra },
      },
      token,
    );
    let text = '';
    for await (const piece of response.text) {
      text += piece;
      if (streams) this.#reply({ type: 'lm.chunk', id, text: piece });
    }
    const usage = await countTokens(model, messages.map(({ content }) => content).join('\n'), text, token);
    return { type: 'lm.answer', id, answer: { text, model: nameOf(model), usage } };
  }
}

const REQUEST_TYPES: ReadonlySet<string> = new Set<ModelRequest['type']>(['lm.request', 'lm.list', 'lm.cancel']);

function isModelRequest(message: FromChild): message is ModelRequest {
  return REQUEST_TYPES.has(message.type);
}

/** The name under which profiles and pipelines refer to a model. */
function nameOf({ vendor, id }: vscode.LanguageModelChat): string {
  return `${vendor}/${id}`;
}

/** `vendor/id`; an id or a family alone finds the first that has it. */
async function findModel(wanted: string): Promise<vscode.LanguageModelChat> {
  const models = await vscode.lm.selectChatModels();
  const found =
    models.find((model) => nameOf(model) === wanted) ??
    models.find(({ id }) => id === wanted) ??
    models.find(({ family }) => family === wanted);
  if (found !== undefined) return found;
  const names = models.map(nameOf).join(', ');
  throw vscode.LanguageModelError.NotFound(
    models.length === 0
      ? l10n.t('no extension offers models here; {0} was asked for', wanted)
      : l10n.t('{0} was asked for; there are {1}', wanted, names),
  );
}

async function countTokens(
  model: vscode.LanguageModelChat,
  question: string,
  answer: string,
  token: vscode.CancellationToken,
): Promise<{ prompt: number; completion: number } | null> {
  try {
    const [prompt, completion] = await Promise.all([
      model.countTokens(question, token),
      model.countTokens(answer, token),
    ]);
    return { prompt, completion };
  } catch {
    // The answer counts, not its price.
    return null;
  }
}

function failureOf(error: unknown): LanguageModelFailure {
  if (!(error instanceof vscode.LanguageModelError)) return 'failed';
  switch (error.code) {
    case vscode.LanguageModelError.NotFound.name:
      return 'not-found';
    case vscode.LanguageModelError.NoPermissions.name:
      return 'no-permissions';
    case vscode.LanguageModelError.Blocked.name:
      return 'blocked';
    default:
      return 'failed';
  }
}
