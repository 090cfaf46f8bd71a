/** Every tool, in the order in which one uses them. */
import { describeSteps, listEndpoints, listRecipes } from './catalogTools.ts';
import { estimateRunTool, proposePipeline, validatePipeline } from './pipelineTools.ts';
import { explainRecordTool, explainRejects, queryDataset } from './recordTools.ts';
import { cancelRun, listRunsTool, previewRun, resumeRunTool, runPipelineTool, runStatus } from './runTools.ts';
import type { Tool } from './tool.ts';

export const TOOLS: readonly Tool[] = [
  ...[listRecipes, describeSteps, listEndpoints],
  ...[proposePipeline, validatePipeline, estimateRunTool],
  ...[previewRun, runPipelineTool, resumeRunTool, runStatus, cancelRun, listRunsTool],
  ...[explainRejects, explainRecordTool, queryDataset],
];
