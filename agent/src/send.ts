// Requests to the search domain: signed, bounded in time and size, and sent
// again where that can help.

import type { SignatureV4 } from "@smithy/signature-v4";

export interface SearchRequest {
  /** host of the domain, and port where it is not 443 */
  readonly endpoint: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request and returns the body of a success. */
export type Send = (request: SearchRequest, signal: AbortSignal) => Promise<string>;

/** The domain can't answer now: it was throttled, failing or out of reach to the last attempt. */
export class SearchUnavailable extends Error {
  override readonly name = "SearchUnavailable";
}

/** An answer that is no success, or none of a search. It quotes nothing of it. */
export class SearchError extends Error {
  override readonly name = "SearchError";
}

const attempts = 3;
/** Milliseconds of one attempt. */
const attemptTimeout = 8_000;
/** Milliseconds that are waited between attempts, at the most. */
const pauses = [200, 400];
/** Bytes of an answer. */
export const maxAnswer = 8 * 1024 * 1024;

const retriable = new Set([429, 502, 503, 504]);

/** How requests are sent, with a client's signatures. */
export function sender(signer: Pick<SignatureV4, "sign">, http: typeof fetch, wait = pause): Send {
  return async (request, signal) => {
    let last: unknown;
    for (let n = 0; n < attempts; n++) {
      if (n > 0) {
        await wait(Math.random() * (pauses[n - 1] ?? 0), signal);
      }
      signal.throwIfAborted();
      try {
        const response = await attempt(signer, http, request, signal);
        if (response.ok) {
          return await textOf(response);
        }
        await response.body?.cancel();
        last = new SearchError(`the search domain answers ${response.status}`);
        if (!retriable.has(response.status)) {
          throw last;
        }
      } catch (error) {
        if (signal.aborted || error instanceof SearchError) {
          throw error;
        }
        last = error; // no whole answer
      }
    }
    throw new SearchUnavailable("the search domain can't answer", { cause: last });
  };
}

async function attempt(signer: Pick<SignatureV4, "sign">, http: typeof fetch, request: SearchRequest, signal: AbortSignal): Promise<Response> {
  const url = new URL(`https://${request.endpoint}${request.path}`);
  for (const [name, value] of Object.entries(request.query)) {
    url.searchParams.set(name, value);
  }
  const signed = await signer.sign({
    method: "POST",
    protocol: "https:",
    hostname: url.hostname,
    path: url.pathname,
    query: { ...request.query },
    headers: { host: url.host, "content-type": "application/json" },
    body: request.body,
  });
  const { host: _, ...headers } = signed.headers; // fetch sets it
  return await http(url, { method: "POST", headers, body: request.body, redirect: "error", signal: AbortSignal.any([signal, AbortSignal.timeout(attemptTimeout)]) });
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxAnswer) {
      throw new SearchError(`the search domain's answer has more than ${maxAnswer} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
