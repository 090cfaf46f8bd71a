/** The form of a `script` step: a program of the user's own. */
import * as z from 'zod';

const name = z.string().min(1);
const command = z.array(name).min(1);

export const scriptSchema = z.union([
  command.describe('Program and its arguments, such as [python, my_step.py]'),
  z.strictObject({
    command: command.describe('Program and its arguments, such as [python, my_step.py]'),
    timeout_s: z
      .number()
      .positive()
      .max(86_400)
      .exactOptional()
      .describe('Seconds that it may take for one record; default 300'),
    env: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/u, { error: 'expected the name of an environment variable' }))
      .exactOptional()
      .describe(
        'Environment variables that it is given besides PATH, HOME and their like; keys of endpoints never are',
      ),
  }),
]);

export type ScriptInput = z.infer<typeof scriptSchema>;
