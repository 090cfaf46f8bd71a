/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What programs need to find each other, their libraries and their language. Everything else could be a secret. */
const USUAL =
  /^(?:PATH|PATHEXT|HOME|USER|LOGNAME|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|PYTHONPATH|PYTHONHOME|NODE_PATH|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|XDG_[A-Z_]+)$/iu;

/**
 * What a script is given of an environment: the usual variables and those that the step names. Python is told not to
 * keep lines back, since a line that stays in a buffer is one the run waits for.
 */
export function scriptEnvironment(environment: Environment, named: readonly string[]): Record<string, string> {
  const given: Record<string, string> = { PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8' };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && (USUAL.test(name) || named.includes(name))) given[name] = value;
  }
  return given;
}
