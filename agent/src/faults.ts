// What is told of an error of a call: enough to act on, and nothing of what was
// asked or answered. Messages of services quote input.

import { Failure, type ErrorCode } from "./protocol.ts";

const throttled = new Set([
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceQuotaExceededException",
  "ModelThrottledError",
  "SlowDown",
]);

/** Errors that say that the service can't answer now. */
const unavailable = new Set([
  "ServiceUnavailableException",
  "InternalServerException",
  "InternalServerError",
  "ModelNotReadyException",
  "ModelStreamErrorException",
  "CredentialsProviderError",
  "SearchUnavailable",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
]);

const late = new Set(["TimeoutError", "ModelTimeoutException", "ETIMEDOUT", "RequestTimeout"]);

interface Known {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The error and what caused it, outermost first. Bounded: causes may form a ring. */
function chain(error: unknown): Known[] {
  const all: Known[] = [];
  for (let next = error; typeof next === "object" && next !== null && all.length < 8; next = (next as Known).cause) {
    all.push(next as Known);
  }
  return all;
}

function isOf(error: Known, names: ReadonlySet<string>): boolean {
  return names.has(String(error.name)) || names.has(String(error.code));
}

export function isThrottle(error: unknown): boolean {
  return chain(error).some((one) => isOf(one, throttled) || one.$metadata?.httpStatusCode === 429);
}

/** Which of the caller's errors it is. */
export function codeOf(error: unknown): ErrorCode {
  const all = chain(error);
  const failure = all.find((one) => one instanceof Failure);
  if (failure instanceof Failure) {
    return failure.code;
  }
  if (isThrottle(error)) {
    return "throttled";
  }
  if (all.some((one) => isOf(one, late))) {
    return "timeout";
  }
  return all.some((one) => isOf(one, unavailable) || (one.$metadata?.httpStatusCode ?? 0) >= 500) ? "unavailable" : "internal";
}

/** The names in an error and its causes, and the status, for the log. */
export function describe(error: unknown): string {
  const all = chain(error);
  if (all.length === 0) {
    return typeof error;
  }
  return all
    .map((one) => {
      if (one instanceof Failure) {
        return `${one.code}: ${one.message}`;
      }
      const parts = [word(one.name), word(one.code), one.$metadata?.httpStatusCode];
      return parts.filter((part) => part !== undefined).join(" ");
    })
    .filter((text) => text !== "")
    .join(" < ");
}

/** What is a name, not a text. */
function word(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z][\w.$-]{0,63}$/.test(value) ? value : undefined;
}

