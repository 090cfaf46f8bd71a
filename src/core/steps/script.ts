import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ScriptStep } from '../pipeline/planScript.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import { formatKey } from '../record/key.ts';
import { ScriptFailedError, ScriptProcess } from './scriptProcess.ts';
import { scriptEnvironment, type Environment } from './scriptEnvironment.ts';
import { StepFailedError, type Outcome, type StepRunner } from './step.ts';

/** What a script is given by the run. */
export interface ScriptServices {
  /** Folder of the pipeline, in which scripts run. */
  readonly folder: string;
  /** Folder of the workspace, to which the paths of scripts are relative. */
  readonly root: string;
  readonly environment: Environment;
  /** Told of what a script writes to standard error, line by line. */
  readonly onLog: (step: string, line: string) => void;
  readonly onWarning: (message: string) => void;
}

/**
 * Sends each record to the step's program as one line of JSON and reads one line back: an object is the record as it
 * goes on, a list are several records, null drops it.
 */
export function createScriptRunner(step: ScriptStep, services: ScriptServices): StepRunner {
  const { folder, root, onLog, onWarning } = services;
  const script = new ScriptProcess({
    command: step.command,
    cwd: folder,
    environment: scriptEnvironment(services.environment, step.env),
    timeoutMs: step.timeoutSeconds * 1000,
    onLog: (line) => {
      onLog(step.id, line);
    },
    onWarning: (message) => {
      onWarning(`step ${step.id}: ${message}`);
    },
  });
  let checked = false;
  return {
    async run({ key, fields }) {
      if (!checked) {
        checked = true;
        void warnOfEdits(step, root, onWarning);
      }
      const id = formatKey(key);
      const idField = Object.hasOwn(fields, 'id') ? 'openline_id' : 'id';
      try {
        const reply = await script.ask(id, JSON.stringify({ [idField]: id, ...fields }));
        return readReply(reply, step.id, id, idField);
      } catch (error) {
        if (!(error instanceof ScriptFailedError)) throw error;
        throw new StepFailedError(step.id, error.key === '' ? id : error.key, 'script-failed', error.message);
      }
    },
    async close() {
      try {
        await script.close();
      } catch (error) {
        if (!(error instanceof ScriptFailedError)) throw error;
        throw new StepFailedError(step.id, 'after the last', 'script-failed', error.message);
      }
    },
  };
}

function readReply(text: string, step: string, id: string, idField: string): Outcome {
  const wrong = (message: string): StepFailedError => new StepFailedError(step, id, 'script-reply', message);
  const reply = parseJson(text);
  const shown = JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
  if (reply === undefined) {
    throw wrong(
      `the script answered with ${shown}, which is no JSON; on standard output it writes records alone, everything else on standard error`,
    );
  }
  const several = Array.isArray(reply);
  const given: readonly Json[] = several ? (reply as readonly Json[]) : reply === null ? [] : [reply];
  if (given.length === 0) {
    return { records: [], rejections: [{ reason: 'dropped', message: 'the script dropped the record' }] };
  }
  const records = given.map((record, index) => {
    if (!isJsonObject(record)) {
      throw wrong(`the script answered with ${shown}; expected an object, a list of objects, or null`);
    }
    return { fields: withoutId(record, idField, id, wrong), index: several ? index : null };
  });
  return { records, rejections: [] };
}

/** The id is the run's: a record keeps it, and what a script makes of it is told apart by its place in the list. */
function withoutId(
  record: JsonObject,
  idField: string,
  id: string,
  wrong: (message: string) => StepFailedError,
): JsonObject {
  const { [idField]: given, ...fields } = record;
  if (given === undefined || given === id) return fields;
  throw wrong(
    `the script answered with the ${idField} ${JSON.stringify(given)}. It must answer each line before the next, in the same order; a number of its own belongs into a field of another name`,
  );
}

/** A run that is taken up again with another script makes other records than it did before. */
async function warnOfEdits(step: ScriptStep, root: string, onWarning: (message: string) => void): Promise<void> {
  for (const { path, sha256 } of step.files) {
    const content = await readFile(resolve(root, path)).catch(() => undefined);
    if (content !== undefined && createHash('sha256').update(content).digest('hex') === sha256) continue;
    onWarning(`step ${step.id}: ${path} has changed since the run was started; records may differ from those before`);
  }
}
