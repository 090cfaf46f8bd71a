import type { EditorReply, FromChild } from '../../core/run/childProtocol.ts';
import { lazily } from '../lazily.ts';
import type { EditorRelay } from '../runs/askChild.ts';
import { LanguageModelRelay } from './languageModels.ts';

/** Answers what a child process asks of the editor: of its models, and of the extensions that know languages. */
export function editorRelay(reply: (message: EditorReply) => void): EditorRelay {
  const models = new LanguageModelRelay(reply);
  const symbols = lazily(async () => {
    const { SymbolRelay } = await import('./symbolRelay.ts');
    return new SymbolRelay(reply);
  });
  return {
    receive(message: FromChild): boolean {
      if (message.type !== 'symbols.request') return models.receive(message);
      // The relay answers for what goes wrong; that its code is there, the bundle sees to.
      void symbols().then((relay) => relay.answer(message));
      return true;
    },
    dispose: () => {
      models.dispose();
    },
  };
}
