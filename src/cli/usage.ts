import { OpenlineError } from '../core/errors.ts';

/** The command was called wrongly; nothing was done. */
export class UsageError extends OpenlineError {}
