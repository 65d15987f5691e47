// The HTTP contract of AgentCore Runtime: GET /ping and POST /invocations.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { Logger } from "./log.ts";
import { mediaTypeProblem, problem } from "./problem.ts";
import type { AgentEvent, Emit } from "./protocol.ts";

/** Bytes that a request's body may have. A chat message has a few kilobytes. */
export const maxBodyBytes = 1024 * 1024;

/** Bytes of a body that are read, though not kept, so that a client that sends too much gets its answer. */
const maxReadBytes = 8 * maxBodyBytes;

/** Milliseconds that a client has to send its request. */
const requestTimeout = 30_000;

/** Header in which AgentCore hands on its id of the request. */
export const headerRequestId = "x-amzn-bedrock-agentcore-runtime-request-id";

/** Header in which AgentCore hands on the id of the runtime session. */
export const headerSessionId = "x-amzn-bedrock-agentcore-runtime-session-id";

export const mediaTypeEvents = "text/event-stream";

/** An invocation, as the server hands it on. */
export interface Invocation {
  readonly id: string;
  readonly sessionId: string;
  readonly body: Buffer;
  readonly headers: IncomingMessage["headers"];
  /** Ends when the client has left. */
  readonly gone: AbortSignal;
}

/** Answers an invocation with events, the last of which is an answer or an error. It does not throw. */
export type Invoke = (invocation: Invocation, emit: Emit) => Promise<void>;

/** The one method of each path. */
const methods: ReadonlyMap<string, string> = new Map([
  ["/ping", "GET"],
  ["/invocations", "POST"],
]);

const requestIdPattern = /^[\w.:=+/-]{1,128}$/;

class BodyTooLarge extends Error {}

/** Makes the agent's server; the caller lets it listen. */
export function newServer(log: Logger, invoke: Invoke, now: () => number = Date.now): Server {
  // AgentCore reads an advancing time as progress, so it is the time since
  // when the status has been what it is, and not that of the request.
  const healthySince = Math.floor(now() / 1000);

  const answer = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    const path = pathOf(request);
    const allowed = methods.get(path);
    if (allowed === undefined) {
      sendProblem(response, 404, "there is no such path: the paths are /ping and /invocations", id);
    } else if (request.method !== allowed) {
      response.setHeader("Allow", allowed);
      sendProblem(response, 405, `the path takes ${allowed} only`, id);
    } else if (path === "/ping") {
      send(response, 200, "application/json", { status: "Healthy", time_of_last_update: healthySince });
    } else {
      const body = await readBody(request);
      const gone = new AbortController();
      response.on("close", () => gone.abort());
      response.writeHead(200, { "Content-Type": mediaTypeEvents, "Cache-Control": "no-store", "X-Accel-Buffering": "no" });
      response.flushHeaders();
      await invoke({ id, sessionId: headerOf(request, headerSessionId), body, headers: request.headers, gone: gone.signal }, (event) => sendEvent(response, event));
      response.end();
    }
  };

  const server = createServer({ requestTimeout }, (request, response) => {
    const id = requestId(request);
    const started = performance.now();
    response.on("close", () => {
      const path = pathOf(request);
      // The platform pings every few seconds: that is not worth a line.
      const at = response.statusCode >= 500 ? "warn" : path === "/ping" ? "debug" : "info";
      log[at]("answered", {
        requestId: id,
        method: request.method,
        path: methods.has(path) ? path : "other",
        status: response.headersSent ? response.statusCode : undefined, // none for a client that has left
        complete: response.writableFinished,
        milliseconds: Math.round(performance.now() - started),
      });
    });
    answer(request, response, id).catch((error: unknown) => {
      if (error instanceof BodyTooLarge) {
        response.setHeader("Connection", "close");
        sendProblem(response, 413, `the body has more than ${maxBodyBytes} bytes`, id);
        return;
      }
      if (request.destroyed && !request.complete) {
        return; // the client is gone
      }
      log.error("failed", { requestId: id, error: String(error) });
      if (response.headersSent) {
        response.destroy();
      } else {
        sendProblem(response, 500, "the agent failed", id);
      }
    });
  });
  return server;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").replace(/[?#].*$/s, "");
}

function requestId(request: IncomingMessage): string {
  return headerOf(request, headerRequestId) || randomUUID();
}

/** An id in a header; "" where there is none that can be one. */
function headerOf(request: IncomingMessage, name: string): string {
  const id = request.headers[name];
  return typeof id === "string" && requestIdPattern.test(id) ? id : "";
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxReadBytes) {
      break; // and the connection ends here
    }
    if (size <= maxBodyBytes) {
      chunks.push(chunk);
    }
  }
  if (size > maxBodyBytes) {
    throw new BodyTooLarge();
  }
  return Buffer.concat(chunks);
}

/** Sends an event; its JSON has no line breaks. */
function sendEvent(response: ServerResponse, event: AgentEvent): void {
  if (!response.destroyed) {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
}

function sendProblem(response: ServerResponse, status: number, detail: string, instance: string): void {
  send(response, status, mediaTypeProblem, problem(status, detail, instance));
}

function send(response: ServerResponse, status: number, mediaType: string, value: unknown): void {
  response.writeHead(status, { "Content-Type": mediaType, "Cache-Control": "no-store" });
  response.end(JSON.stringify(value));
}
