import { join } from 'node:path';
import { workbenchUrl } from '../support/codeServer.ts';
import { copyExample } from '../support/example.ts';
import { linkExtension, linkModelProvider } from '../support/linkExtension.ts';
import { checkAlone } from '../support/ownWindow.ts';
import { followColorScheme, takePictures } from '../support/pictures.ts';

checkAlone(
  '@openline in the chat: the chosen model calls the tools, and what they say is in the answer',
  {
    settings: { ...followColorScheme, 'chat.disableAIFeatures': false },
    install: async (extensionsFolder) => {
      await linkExtension(extensionsFolder);
      await linkModelProvider(extensionsFolder);
    },
    prepare: (scratch) => copyExample(join(scratch, 'example')),
  },
  async ({ workbench, page, server, scratch }) => {
    await workbench.open(workbenchUrl(server, { folder: join(scratch, 'example') }));
    await workbench.openView('Openline');
    await workbench
      .treeItem(/^open-qa/u)
      .first()
      .waitFor();
    await workbench.command('Chat: Open Chat');
    const chat = page.locator('.interactive-session');
    // The one model that calls tools; a question before it is there ends in an offer to sign in to another service.
    await chat.locator('.interactive-input-part').getByText('Test agent', { exact: true }).waitFor();
    await chat.locator('.interactive-input-part .monaco-editor').first().click();
    // A participant is known to the chat a little after its extension; its name is plain text until then.
    const participant = page.locator('.suggest-widget').getByRole('option', { name: /^@openline, /u });
    await workbench.untilShown(participant, async () => {
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('@openlin', { delay: 20 });
    });
    await participant.click();
    await page.keyboard.type('call openline_list_endpoints ', { delay: 20 });
    await page.keyboard.press('Enter');
    await chat
      .getByText(/The tool said: .*"sample".*built in, no network/su)
      .first()
      .waitFor();
    await takePictures(page, 'chat');
  },
);
