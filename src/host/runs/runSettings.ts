/** The settings that decide how runs begin. What cannot be used counts as not set. */
import * as vscode from 'vscode';
import type { Budget } from '../../core/pipeline/plan.ts';
import type { ConfirmRun } from '../../core/run/worthAsking.ts';
import { SETTINGS, SETTINGS_SECTION } from '../ids.ts';

const LIMITS = ['requests', 'tokens', 'cost', 'minutes'] as const;

/** `openline.budget`: limits for runs whose pipeline has none of their kind; undefined without any. */
export function budgetSetting(): Budget | undefined {
  const setting = configuration().get<unknown>(SETTINGS.budget);
  if (typeof setting !== 'object' || setting === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(setting));
  const limits = LIMITS.flatMap((limit) => {
    const value = given.get(limit);
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return [];
    // Requests and tokens are counted in whole ones.
    return [[limit, limit === 'requests' || limit === 'tokens' ? Math.max(1, Math.floor(value)) : value] as const];
  });
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
}

/** `openline.confirmRun`: when a person is asked before a run. */
export function confirmSetting(): ConfirmRun {
  const setting = configuration().get<unknown>(SETTINGS.confirmRun);
  return setting === 'always' || setting === 'never' ? setting : 'whenCostly';
}

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(SETTINGS_SECTION);
}
