/** The tools as the manifest has them, made from their definitions. */
import { parseJson, type Json } from '../../src/core/record/json.ts';
import { inputSchemaOf, type ToolEffect } from '../../src/core/tools/tool.ts';
import { TOOLS } from '../../src/core/tools/tools.ts';
import { TOOL_PREFIX } from '../../src/host/ids.ts';

const ICONS: Readonly<Record<ToolEffect, string>> = {
  reads: '$(search)',
  writes: '$(edit)',
  spends: '$(play)',
  stops: '$(debug-stop)',
};

/** The value of `contributes.languageModelTools`. */
export function languageModelTools(): Json {
  const tools = TOOLS.map((tool) => ({
    name: `${TOOL_PREFIX}${tool.name}`,
    displayName: `%tool.${tool.name}%`,
    userDescription: `%tool.${tool.name}.about%`,
    modelDescription: tool.description,
    toolReferenceName: tool.name.replaceAll('_', '-').replace(/^/u, 'openline-'),
    canBeReferencedInPrompt: true,
    icon: ICONS[tool.effect],
    tags: ['openline', 'datasets'],
    when: 'isWorkspaceTrusted',
    inputSchema: inputSchemaOf(tool),
  }));
  return parseJson(JSON.stringify(tools)) ?? [];
}
