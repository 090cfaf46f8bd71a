/** A tool's call, as it passes between the editor and the process that carries it out. */
import type { NamedProfile } from '../endpoints/profile.ts';
import type { PlanDefaults } from '../pipeline/planContext.ts';
import type { Json } from '../record/json.ts';
import type { ToolAnswer } from './tool.ts';
import type { ToolQuestion } from './toolQuestion.ts';

/** Editor → child: what would the person be asked (`question`), or: do it, they have agreed (`run`). */
export interface ToolOrder {
  readonly type: 'tool';
  readonly phase: 'question' | 'run';
  readonly name: string;
  readonly input: Json;
  /** The open folders, absolute. */
  readonly folders: readonly string[];
  /** What is around pipelines, by the folder that holds `.openline`; without keys. */
  readonly roots: readonly {
    readonly root: string;
    readonly profiles: readonly NamedProfile[];
    readonly defaults: PlanDefaults;
  }[];
}

/** Child → editor. */
export type ToolReply =
  | { readonly type: 'toolQuestion'; readonly question: ToolQuestion | null }
  | { readonly type: 'toolAnswer'; readonly answer: ToolAnswer }
  /** The call is wrong, or cannot be carried out. */
  | { readonly type: 'toolRefused'; readonly message: string };
