import * as vscode from 'vscode';
import { BACK, LEFT, type Answered, type Pick, type Standing } from './steps.ts';

export interface PickManyQuestion<Value> extends Standing {
  readonly placeholder: string;
  readonly items: readonly Pick<Value>[];
  /** Which items are marked at first. */
  readonly picked: ReadonlySet<Value>;
}

/** Asks for one or more of several values; none at all cannot be accepted. In the order of the items. */
export async function askPickMany<Value>(question: PickManyQuestion<Value>): Promise<Answered<readonly Value[]>> {
  const pick = vscode.window.createQuickPick<Pick<Value>>();
  Object.assign(pick, {
    title: question.title,
    step: question.step,
    totalSteps: question.totalSteps,
    placeholder: question.placeholder,
    canSelectMany: true,
    ignoreFocusOut: true,
    matchOnDescription: true,
    buttons: question.step > 1 ? [vscode.QuickInputButtons.Back] : [],
    items: question.items,
  });
  pick.selectedItems = question.items.filter(({ value }) => question.picked.has(value));
  return new Promise((resolve) => {
    const settle = (value: Answered<readonly Value[]>): void => {
      resolve(value);
      pick.dispose();
    };
    pick.onDidTriggerButton(() => {
      settle(BACK);
    });
    pick.onDidAccept(() => {
      const chosen = new Set(pick.selectedItems);
      if (chosen.size > 0) settle(question.items.filter((item) => chosen.has(item)).map(({ value }) => value));
    });
    pick.onDidHide(() => {
      settle(LEFT);
    });
    pick.show();
  });
}
