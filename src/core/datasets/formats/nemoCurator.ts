import { reviewId } from '../../curate/review/decision.ts';
import { formatKey } from '../../record/key.ts';
import { MESSAGES_COLUMNS, PROMPT_COLUMNS, RESPONSE_COLUMNS, SYSTEM_COLUMNS } from './columns.ts';
import { conversationOf } from './conversation.ts';
import { checkTexts, isUnfit, type DatasetFormat, type RecordWriter } from './format.ts';

/**
 * `{"openline_id", "text"}`: what a cluster has to know of a record to compare and classify it. A record's own `text`, else
 * what was said in it, without roles, an empty line between. The id is put in by whoever knows it.
 */
export const nemoCurator: DatasetFormat = {
  usual: {
    text: ['text'],
    messages: MESSAGES_COLUMNS,
    prompt: PROMPT_COLUMNS,
    response: RESPONSE_COLUMNS,
    system: SYSTEM_COLUMNS,
  },
  shapes: [
    { needs: ['text'], also: [] },
    { needs: ['messages'], also: [] },
    { needs: ['prompt'], also: ['response', 'system'] },
  ],
  compose(values) {
    if (values['text'] !== undefined) return { text: values['text'] };
    const messages = conversationOf(values);
    return isUnfit(messages) ? messages : { text: messages.map(({ content }) => content).join('\n\n') };
  },
  check: (line) => checkTexts(line, ['text'], []),
};

/** Puts the id before the text under which a review knows the record. */
export function withIds(writer: RecordWriter): RecordWriter {
  return {
    header: writer.header,
    write(fields, key) {
      const written = writer.write(fields, key);
      const id = reviewId(fields, key === null ? null : formatKey(key));
      if (written.line === null || id === null) return written;
      return { ...written, line: `{"openline_id":${JSON.stringify(id)},${written.line.slice(1)}` };
    },
  };
}
