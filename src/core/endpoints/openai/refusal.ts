import type { EndpointFailure } from '../../errors.ts';
import { isJsonObject } from '../../record/json.ts';

/** What a service said when it refused, as far as it said anything. */
export interface RefusalBody {
  readonly message: string;
  /** `code` and `type`, lower case, joined by a blank. */
  readonly codes: string;
}

/** What a status and its body mean, in words that follow the endpoint's name. */
export interface Refusal {
  readonly failure: EndpointFailure;
  readonly message: string;
}

/** What is known of the refused request. */
export interface RefusedRequest {
  readonly url: string;
  readonly model: string | undefined;
  readonly hasKey: boolean;
  /** Where a redirect points. */
  readonly location: string | null;
}

/**
 * Reads the error body of a service: OpenAI's `{ error: { message, code, type } }`, the same without the wrapper (vLLM),
 * `{ detail }` (FastAPI), `{ error: "…" }` (Ollama), `{ message }`, or plain text.
 */
export function readRefusalBody(payload: unknown, text: string | undefined): RefusalBody {
  if (!isJsonObject(payload)) return { message: text ?? '', codes: '' };
  const error = payload['error'];
  if (typeof error === 'string') return { message: error, codes: codesOf(payload) };
  const holder = isJsonObject(error) ? error : payload;
  const told = holder['message'] ?? holder['detail'] ?? holder['title'];
  const message = typeof told === 'string' ? told : JSON.stringify(told ?? payload);
  return { message, codes: codesOf(holder) };
}

function codesOf(holder: Readonly<Record<string, unknown>>): string {
  return [holder['code'], holder['type']]
    .filter((code) => typeof code === 'string')
    .join(' ')
    .toLowerCase();
}

/** Codes under which services say that an account is empty; they come with 429 as well as with 402. */
const QUOTA =
  /insufficient_quota|insufficient_user_quota|billing_hard_limit|billing_not_active|insufficient_balance|credit_exhausted/u;
/** Ways of saying that there is no such model, apart from the code `model_not_found`. */
const NO_SUCH_MODEL =
  /\bmodel\b.{0,200}?(?:not found|does ?n[o']t exist|not exist)|(?:no such|unknown|invalid|not a valid) model\b/isu;

/** What a status outside 200–299 means. */
export function describeRefusal(status: number, body: RefusalBody, request: RefusedRequest): Refusal {
  const said = body.message === '' ? '' : `: ${body.message}`;
  const at = `${request.url} answered ${status}${said}`;
  if (isAboutModel(status, body, request.model)) {
    return { failure: 'unknown-model', message: `the service does not know the model ${request.model ?? ''} (${at})` };
  }
  if (status >= 300 && status < 400) {
    const where = request.location === null ? '' : ` to ${request.location}`;
    return {
      failure: 'not-found',
      message: `${request.url} redirects${where}, which is not followed; the base URL may need to be changed`,
    };
  }
  switch (status) {
    case 401:
      return request.hasKey
        ? { failure: 'key-refused', message: `the service refused the key (${at})` }
        : { failure: 'key-missing', message: `the service wants a key and there is none (${at})` };
    case 402:
      return { failure: 'payment', message: `the account is out of credit (${at})` };
    case 403:
      return { failure: 'forbidden', message: `the service does not allow this (${at})` };
    case 404:
    case 405:
    case 501:
      return { failure: 'not-found', message: `there is no such address, perhaps the base URL is wrong (${at})` };
    case 407:
      return { failure: 'unreachable', message: `the proxy on the way wants a login (${at})` };
    case 429:
      return QUOTA.test(body.codes)
        ? { failure: 'payment', message: `the quota is used up (${at})` }
        : { failure: 'rate-limited', message: `too many requests (${at})` };
    case 503:
    case 529:
      return { failure: 'rate-limited', message: `the service is overloaded or not ready (${at})` };
    case 408:
    case 409:
    case 425:
      return { failure: 'server', message: `the service asks to try again (${at})` };
    default:
      return status >= 500
        ? { failure: 'server', message: `the service failed (${at})` }
        : { failure: 'rejected', message: `the service rejected the request (${at})` };
  }
}

/** A 404 says so in many ways; another 4xx only counts when it names the model or has the code. */
function isAboutModel(status: number, body: RefusalBody, model: string | undefined): boolean {
  if (model === undefined || (status !== 400 && status !== 404 && status !== 422)) return false;
  if (/model_not_found|invalid_model|unknown_model/u.test(body.codes)) return true;
  if (/^model not exist\.?$/iu.test(body.message)) return true;
  return NO_SUCH_MODEL.test(body.message) && (status === 404 || body.message.includes(model));
}
