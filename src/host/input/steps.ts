import * as vscode from 'vscode';

/** The person pressed Back. */
export const BACK = Symbol('back');
/** The person left. */
export const LEFT = Symbol('left');

export type Answered<Value> = Value | typeof BACK | typeof LEFT;

/** Where a question stands among the others. */
export interface Standing {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

export interface TextQuestion extends Standing {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** What is wrong with a text, or undefined. */
  readonly check: (text: string) => string | undefined;
}

/** Asks for a text; it is checked while it is typed and cannot be accepted while it is wrong. */
export async function askText(question: TextQuestion): Promise<Answered<string>> {
  const box = vscode.window.createInputBox();
  Object.assign(box, {
    title: question.title,
    step: question.step,
    totalSteps: question.totalSteps,
    prompt: question.prompt,
    value: question.value,
    placeholder: question.placeholder,
    password: question.password === true,
    ignoreFocusOut: true,
    buttons: question.step > 1 ? [vscode.QuickInputButtons.Back] : [],
  });
  // A default is there to be replaced by typing.
  box.valueSelection = [0, question.value.length];
  return new Promise((resolve) => {
    const settle = (value: Answered<string>): void => {
      resolve(value);
      box.dispose();
    };
    box.onDidChangeValue((text) => {
      box.validationMessage = question.check(text);
    });
    box.onDidTriggerButton(() => {
      settle(BACK);
    });
    box.onDidAccept(() => {
      const problem = question.check(box.value);
      if (problem === undefined) settle(box.value);
      else box.validationMessage = problem;
    });
    box.onDidHide(() => {
      settle(LEFT);
    });
    box.show();
  });
}

export interface Pick<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

export interface PickQuestion<Value> extends Standing {
  readonly placeholder: string;
  readonly items: readonly Pick<Value>[] | Promise<readonly Pick<Value>[]>;
  /** The item that is marked at first. */
  readonly active?: Value;
  /** Makes a value of a text that is none of the items; absent where only an item will do. */
  readonly free?: (text: string) => Pick<Value>;
  /** Says why there is nothing to choose, where the value is to be typed. */
  readonly whenEmpty?: () => vscode.QuickPickItem;
}

/** Asks for one of several values; while they are still being found the list shows that it is busy. */
export async function askPick<Value>(question: PickQuestion<Value>): Promise<Answered<Value>> {
  const pick = vscode.window.createQuickPick<Pick<Value>>();
  Object.assign(pick, {
    title: question.title,
    step: question.step,
    totalSteps: question.totalSteps,
    placeholder: question.placeholder,
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
    buttons: question.step > 1 ? [vscode.QuickInputButtons.Back] : [],
  });
  return new Promise((resolve, reject) => {
    const settle = (value: Answered<Value>): void => {
      resolve(value);
      pick.dispose();
    };
    let items: readonly Pick<Value>[] = [];
    let hint: vscode.QuickPickItem | undefined;
    const show = (): void => {
      const text = pick.value.trim();
      const free = question.free === undefined || text === '' || items.some(({ label }) => label === text);
      const empty = items.length === 0 && text === '' && !pick.busy ? question.whenEmpty?.() : undefined;
      // It cannot be accepted: it has no value.
      hint = empty === undefined ? undefined : Object.assign(empty, { alwaysShow: true });
      pick.items = hint !== undefined ? [hint as Pick<Value>] : free ? items : [...items, question.free(text)];
    };
    pick.onDidChangeValue(show);
    pick.onDidTriggerButton(() => {
      settle(BACK);
    });
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined && chosen !== hint) settle(chosen.value);
    });
    pick.onDidHide(() => {
      settle(LEFT);
    });
    pick.busy = true;
    pick.show();
    Promise.resolve(question.items).then(
      (found) => {
        items = found;
        pick.busy = false;
        show();
        const { active: chosen } = question;
        const active = chosen === undefined ? undefined : found.find(({ value }) => value === chosen);
        if (active !== undefined) pick.activeItems = [active];
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        pick.dispose();
      },
    );
  });
}

/** One question of a sequence: it stores its answer itself and tells whether to go on. */
export type Question = (standing: Standing) => Promise<Answered<void>>;

/**
 * Asks one question after the other; Back returns to the one before. The questions may depend on the answers: they are
 * asked for anew after each one.
 *
 * @returns whether all were answered
 */
export async function askAll(title: string, questions: () => readonly Question[]): Promise<boolean> {
  let index = 0;
  for (;;) {
    const present = questions();
    const question = present[index];
    if (question === undefined) return true;
    const answer = await question({ title, step: index + 1, totalSteps: present.length });
    if (answer === LEFT) return false;
    index = answer === BACK ? Math.max(0, index - 1) : index + 1;
  }
}
