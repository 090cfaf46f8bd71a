/** Names of headers and query parameters that would carry a secret; those belong in `auth`, whose value stands in no file. */
const SECRET_NAME =
  /authori[sz]ation|cookie|credential|signature|^sig$|api[-_]?key|^key$|[-_]key$|token(?!s)|secret|passw/iu;
/** What keys of well-known services begin with, and the schemes of the header for them. */
const SECRET_VALUE =
  /^(?:bearer|basic)\s+\S|^(?:sk|pk|rk|nvapi|gsk|hf|xai|ghp|pplx|fw)[-_][A-Za-z0-9_-]{16,}$|^eyJ[\w-]{10,}\.[\w-]+\./iu;

/** Whether a name with its value carries a secret, as far as its form tells. */
export function carriesSecret([name, value]: readonly [name: string, value: string]): boolean {
  return SECRET_NAME.test(name) || SECRET_VALUE.test(value.trim());
}
