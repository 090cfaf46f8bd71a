/** Carries out the calls of tools that the editor hands over. */
import * as z from 'zod';
import { namedProfileSchema } from '../core/endpoints/profile.ts';
import { budgetSchema } from '../core/pipeline/pipelineSchema.ts';
import type { ToolContext } from '../core/tools/tool.ts';
import type { ToolOrder, ToolReply } from '../core/tools/toolProtocol.ts';
import { explain } from './commandLine.ts';
import { openLibrary, userTemplates } from './workspace.ts';

/** The editor's order, checked. */
export const toolOrderSchema = z.object({
  type: z.literal('tool'),
  phase: z.enum(['question', 'run']),
  name: z.string(),
  input: z.json(),
  folders: z.array(z.string()),
  roots: z.array(
    z.object({
      root: z.string(),
      profiles: z.array(namedProfileSchema),
      defaults: z.object({ endpoint: z.string().exactOptional(), budget: budgetSchema.exactOptional() }),
    }),
  ),
});

export interface ChildToolDeps {
  readonly library: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Never rejects: what goes wrong is the reply. */
export async function answerTool(order: ToolOrder, { library, env, signal }: ChildToolDeps): Promise<ToolReply> {
  try {
    const { TOOLS } = await import('../core/tools/tools.ts');
    const tool = TOOLS.find(({ name }) => name === order.name);
    if (tool === undefined) return { type: 'toolRefused', message: `There is no tool ${order.name}` };
    const opened = openLibrary(library);
    const context: ToolContext = {
      folders: order.folders,
      library: () => opened,
      userTemplatesFolders: [userTemplates(env)],
      profilesOf: (root) => {
        const around = order.roots.find((known) => known.root === root);
        return Promise.resolve({
          profiles: (around ?? order.roots[0])?.profiles.map(({ name, profile }) => ({ name, profile })) ?? [],
          defaults: around?.defaults ?? {},
        });
      },
      signal,
    };
    if (order.phase === 'question') {
      return { type: 'toolQuestion', question: await tool.question(order.input, context) };
    }
    return { type: 'toolAnswer', answer: await tool.run(order.input, context) };
  } catch (error) {
    return { type: 'toolRefused', message: explain(error, order.folders[0]).message };
  }
}
