// Invocations: the request is read, the agent answers it, and whatever goes wrong
// becomes the last event.

import type { TenantAgent } from "./agent.ts";
import { codeOf, describe } from "./faults.ts";
import type { Logger } from "./log.ts";
import { Failure, type AgentEvent } from "./protocol.ts";
import { readRequest } from "./request.ts";
import type { Invoke } from "./server.ts";
import type { inSpan } from "./telemetry.ts";

/** Milliseconds that a turn may take. agent-invoke has 60 seconds. */
export const turnTimeout = 55_000;

export interface InvokeParts {
  readonly tenantId: string;
  readonly log: Logger;
  /** Reads the definition and makes the agent. */
  readonly start: () => Promise<TenantAgent>;
  readonly timeout?: number;
  /** Runs a turn in a span. It is handed in: what traces is loaded late, with the agent. */
  readonly traced?: () => Promise<typeof inSpan>;
}

/** Answers invocations; load prepares for the first of them. */
export function newInvoke({ tenantId, log, start, timeout = turnTimeout, traced }: InvokeParts): { readonly invoke: Invoke; readonly load: () => Promise<TenantAgent> } {
  let agent: Promise<TenantAgent> | undefined;
  const load = async (): Promise<TenantAgent> => {
    const started = performance.now();
    agent ??= start().then(
      (ready) => {
        log.info("ready", { milliseconds: Math.round(performance.now() - started) });
        return ready;
      },
      (error: unknown) => {
        agent = undefined; // the next invocation tries again
        log.error("the agent can't be made", { code: codeOf(error), error: describe(error) });
        throw new Failure("unavailable", "the agent can't be made", { cause: error });
      },
    );
    return await agent;
  };

  const invoke: Invoke = async ({ id, sessionId, headers, body, gone }, emit) => {
    const signal = AbortSignal.any([gone, AbortSignal.timeout(timeout)]);
    let ended = false;
    const once = (event: AgentEvent): void => {
      if (!ended) {
        ended = event.type === "answer" || event.type === "error";
        emit(event);
      }
    };
    try {
      const request = readRequest(body, tenantId);
      const agent = await load();
      const run = async (): Promise<void> => await agent(request, once, signal);
      const { turnId, conversationId } = request;
      await (traced === undefined ? run() : (await traced())({ tenantId, turnId, conversationId, sessionId, headers }, run));
      if (!ended) {
        throw new Failure("internal", "the turn has no answer");
      }
    } catch (error) {
      const code = signal.aborted ? "timeout" : codeOf(error);
      const detail = error instanceof Failure ? error.message : "the turn failed";
      if (gone.aborted) {
        log.info("the client left", { requestId: id });
      } else {
        log[code === "invalid" ? "warn" : "error"]("no answer", { requestId: id, code, error: describe(error) });
      }
      once({ type: "error", error: { code, detail } });
    }
  };
  return { invoke, load };
}
