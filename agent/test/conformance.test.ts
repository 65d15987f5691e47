// The server beside AWS's own for AgentCore's HTTP contract, bedrock-agentcore:
// what a caller sees of both is the same. Theirs is no part of the bundle: it
// requires its plugins by name when it runs, which one file can't satisfy, writes
// messages of errors to the client, has no end that lets open requests finish,
// and logs in a form of its own.

import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { after, before, test } from "node:test";

import { BedrockAgentCoreApp } from "bedrock-agentcore/runtime";

import { newLogger } from "../src/log.ts";
import type { AgentEvent } from "../src/protocol.ts";
import { headerRequestId, headerSessionId, newServer } from "../src/server.ts";

const events: AgentEvent[] = [
  { type: "delta", text: "line\nbreak ü" },
  { type: "error", error: { code: "internal", detail: "x" } },
];

const seen: { requestId?: string | undefined; sessionId?: string }[] = [];

const theirs = new BedrockAgentCoreApp({
  invocationHandler: {
    process: async function* (_: unknown, context: { sessionId: string; requestId?: string }) {
      seen.push({ requestId: context.requestId, sessionId: context.sessionId });
      for (const event of events) {
        yield { data: event };
      }
    },
  },
  config: { logging: { enabled: false } },
} as unknown as ConstructorParameters<typeof BedrockAgentCoreApp>[0]);

const ours = newServer(newLogger("ERROR", {}, () => undefined), async ({ id, sessionId }, emit) => {
  seen.push({ requestId: id, sessionId });
  events.forEach(emit);
});

const ports: number[] = [];

before(async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  const port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  theirs.run({ port, host: "127.0.0.1" });
  ours.listen(0, "127.0.0.1");
  await new Promise((resolve) => ours.once("listening", resolve));
  ports.push(port, (ours.address() as AddressInfo).port);
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (await fetch(`http://127.0.0.1:${port}/ping`).then(({ ok }) => ok, () => false)) {
      return;
    }
  }
});

after(async () => {
  await (theirs as unknown as { _app: { close(): Promise<void> } })._app.close();
  ours.close();
  ours.closeAllConnections();
});

test("ping answers the same", async () => {
  const answers = await Promise.all(
    ports.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/ping`);
      const body = (await response.json()) as Record<string, unknown>;
      return [response.status, response.headers.get("content-type")?.split(";")[0], Object.keys(body), body["status"], Number.isInteger(body["time_of_last_update"])];
    }),
  );
  assert.deepEqual(answers[0], answers[1]);
});

test("an invocation is streamed the same, and knows its ids by the same headers", async () => {
  const answers = await Promise.all(
    ports.map(async (port) => {
      const headers = { accept: "text/event-stream", "content-type": "application/json", [headerRequestId]: "request-1", [headerSessionId]: "session-1" };
      const response = await fetch(`http://127.0.0.1:${port}/invocations`, { method: "POST", headers, body: "{}" });
      return [response.status, response.headers.get("content-type")?.split(";")[0], await response.text()];
    }),
  );
  assert.deepEqual(answers[0], answers[1]);
  assert.deepEqual(seen, [{ requestId: "request-1", sessionId: "session-1" }, { requestId: "request-1", sessionId: "session-1" }]);
});
