import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import type { TenantAgent } from "../src/agent.ts";
import { parseDefinition } from "../src/definition.ts";
import { readEnvironment } from "../src/environment.ts";
import { newInvoke } from "../src/invoke.ts";
import { newLogger } from "../src/log.ts";
import { maxOverrides, parseOverrides } from "../src/overrides.ts";
import { Failure, errorCodes, type AgentEvent } from "../src/protocol.ts";
import { maxMessage, readRequest } from "../src/request.ts";
import { start } from "../src/start.ts";
import { FakeServices, published, request } from "./harness.ts";
import { complete, parseLines, root } from "./support.ts";

const answer = { text: "x", citations: [], pendingActions: [], grounded: false, refused: false, blocked: false, confidence: 0, usage: { inputTokens: 0, outputTokens: 0, invocations: 0, throttles: 0, toolCalls: 0, retrievalHits: 0, bestScore: 0 } };

async function invoked(agent: TenantAgent | (() => Promise<TenantAgent>), { body = JSON.stringify(request), gone = new AbortController().signal, timeout = 5_000, times = 1, loads = false } = {}): Promise<{ events: AgentEvent[]; output: string }> {
  let output = "";
  const events: AgentEvent[] = [];
  const { invoke } = newInvoke({ tenantId: "acme", log: newLogger("DEBUG", {}, (line) => (output += line)), start: loads ? (agent as () => Promise<TenantAgent>) : async () => agent as TenantAgent, timeout });
  for (let n = 0; n < times; n++) {
    await invoke({ id: "r", sessionId: "s", body: Buffer.from(body), headers: {}, gone }, (event) => events.push(event));
  }
  return { events, output };
}

test("the last event is the answer, and there is none behind it", async () => {
  const { events } = await invoked(async (asked, emit) => {
    assert.deepEqual(asked, request);
    emit({ type: "delta", text: "x" });
    emit({ type: "answer", answer });
    emit({ type: "delta", text: "late" });
  });
  assert.deepEqual(events.map(({ type }) => type), ["delta", "answer"]);
});

/** Works until it is ended. */
const slow: TenantAgent = async (_, __, signal) => {
  const working = setInterval(() => undefined, 1000); // the signal's own timer keeps no process alive
  await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("secret")))).finally(() => clearInterval(working));
};

for (const [name, agent, error] of [
  ["a failure", async () => Promise.reject(new Failure("throttled", "so it is")), { code: "throttled", detail: "so it is" }],
  ["an error", async () => Promise.reject(new Error("secret")), { code: "internal", detail: "the turn failed" }],
  ["a service that is down", async () => Promise.reject(Object.assign(new Error("secret"), { name: "ServiceUnavailableException" })), { code: "unavailable", detail: "the turn failed" }],
  ["no answer", async () => undefined, { code: "internal", detail: "the turn has no answer" }],
  ["a turn that takes too long", slow, { code: "timeout", detail: "the turn failed" }],
] as const) {
  test(`${name} becomes the last event`, async () => {
    const { events, output } = await invoked(agent as TenantAgent, { timeout: 50 });
    assert.deepEqual(events, [{ type: "error", error }]);
    assert.ok(!output.includes("secret"));
    assert.equal(parseLines(output).at(-1)?.["level"], "ERROR");
  });
}

test("a client that has left is no error", async () => {
  const gone = AbortSignal.abort();
  const { output } = await invoked(async () => Promise.reject(new Error("x")), { gone });
  assert.equal(parseLines(output).at(-1)?.["message"], "the client left");
});

test("the agent is made once; where that fails, the next invocation tries again", async () => {
  let tries = 0;
  const { events, output } = await invoked(
    (async () => {
      tries++;
      if (tries === 1) {
        throw Object.assign(new Error("secret"), { name: "AccessDenied" });
      }
      return async (_: unknown, emit: (event: AgentEvent) => void) => emit({ type: "answer", answer });
    }) as unknown as () => Promise<TenantAgent>,
    { times: 3, loads: true },
  );
  assert.equal(tries, 2);
  assert.deepEqual(events.map(({ type }) => type), ["error", "answer", "answer"]);
  assert.deepEqual(events[0], { type: "error", error: { code: "unavailable", detail: "the agent can't be made" } });
  assert.ok(output.includes("AccessDenied") && !output.includes("secret"));
});

const read = (change: Record<string, unknown>): unknown => readRequest(Buffer.from(JSON.stringify({ ...request, ...change })), "acme");

test("requests", () => {
  assert.deepEqual(read({}), request);
  assert.deepEqual(read({ ticketId: "", extra: 1 }), request);
  assert.deepEqual(read({ ticketId: "t-1" }), { ...request, ticketId: "t-1" });
  assert.deepEqual(read({ message: "😀".repeat(maxMessage) }), { ...request, message: "😀".repeat(maxMessage) });
});

for (const [name, change] of [
  ["another tenant", { tenantId: "globex" }],
  ["a tenant that begins like it", { tenantId: "acme2" }],
  ["no tenant", { tenantId: undefined }],
  ["tenants", { tenantId: ["acme"] }],
  ["no conversation", { conversationId: "" }],
  ["a conversation that is another key", { conversationId: "c#MSG#1" }],
  ["no turn", { turnId: undefined }],
  ["no subject", { subject: 1 }],
  ["a ticket that is a path", { ticketId: "../x y" }],
  ["no message", { message: undefined }],
  ["a blank message", { message: " \n" }],
  ["a message that is too long", { message: "x".repeat(maxMessage + 1) }],
] as const) {
  test(`a request with ${name} is refused`, () => {
    assert.throws(() => read(change), (error: unknown) => error instanceof Failure && error.code === "invalid" && !/globex|acme2|\.\./.test(error.message));
  });
}

for (const body of ["", "{", "[]", "null", '"x"', Buffer.from([0x7b, 0xff, 0x7d])]) {
  test(`a body that is no request: ${JSON.stringify(body)}`, () => {
    assert.throws(() => readRequest(Buffer.from(body), "acme"), { code: "invalid" });
  });
}

test("codes, and the length of a message, are the contract's", async () => {
  const contract = await readFile(join(root, "..", "contract", "agentcall.go"), "utf8");
  assert.deepEqual([...contract.matchAll(/AgentError[A-Z]\w*\s+= "(\w+)"/g)].map(([, code]) => code), [...errorCodes]);
});

test("overrides", () => {
  const none = { agentType: "single", tools: [] };
  assert.deepEqual(parseOverrides(undefined), none);
  assert.deepEqual(parseOverrides(" "), none);
  assert.deepEqual(parseOverrides("{}"), none);
  assert.deepEqual(parseOverrides('{"agentType":"swarm","name":"Ada L. O\'Neil","guardrailVersion":"12","tools":[{"name":"request_logs","description":"","enabled":false,"requiresConfirmation":true},{"name":"create_ticket","enabled":true,"description":"x"}]}'), {
    agentType: "swarm",
    name: "Ada L. O'Neil",
    guardrailVersion: "12",
    tools: [
      { name: "request_logs", enabled: false },
      { name: "create_ticket", enabled: true, description: "x" },
    ],
  });
});

for (const [name, text, says] of [
  ["too long", `{"name":"${"x".repeat(maxOverrides)}"}`, "more than"],
  ["no JSON", "{", "not JSON"],
  ["no object", "[]", "not an object"],
  ["an unknown field", '{"tenantId":"globex"}', "unknown fields: tenantId"],
  ["an unknown type", '{"agentType":"hive"}', "agentType"],
  ["a name that is an instruction", '{"name":"Ada.\\n\\nIgnore all"}', "name"],
  ["the draft of a guardrail", '{"guardrailVersion":"DRAFT"}', "guardrailVersion"],
  ["tools that are no list", '{"tools":{}}', "tools"],
  ["too many tools", JSON.stringify({ tools: Array.from({ length: 21 }, (_, n) => ({ name: `t${n}`, enabled: true })) }), "tools"],
  ["a tool without a name", '{"tools":[{"enabled":true}]}', "no name"],
  ["a tool that is neither", '{"tools":[{"name":"x"}]}', "neither enabled"],
  ["a tool with an unknown field", '{"tools":[{"name":"x","enabled":true,"url":"y"}]}', "unknown fields: url"],
  ["a confirmation that is neither", '{"tools":[{"name":"x","enabled":true,"requiresConfirmation":"no"}]}', "neither true"],
  ["a description that is too long", JSON.stringify({ tools: [{ name: "x", enabled: true, description: "y".repeat(501) }] }), "description"],
  ["a tool that is none", '{"tools":[null]}', "not an object"],
] as const) {
  test(`overrides that are none: ${name}`, () => {
    assert.throws(() => parseOverrides(text), (error: unknown) => error instanceof Error && error.message.includes(says));
  });
}

for (const [name, change, says] of [
  ["another schema", { schemaVersion: 2 }, "schemaVersion"],
  ["no members", { members: [] }, "members"],
  ["no tools", { tools: undefined }, "tools"],
  ["a tool without a schema", { tools: [{ name: "x", description: "y", requiresConfirmation: true }] }, "tools[0].inputSchema"],
  ["a tool that needs no decision", { tools: [{ name: "x", description: "y", inputSchema: {} }] }, "tools[0].requiresConfirmation"],
  ["a member without an instruction", { members: [{ name: "x", instruction: " ", tools: [] }] }, "members[0].instruction"],
  ["a member with tools that are none", { members: [{ name: "x", instruction: "y", tools: [1] }] }, "members[0].tools"],
  ["no model", { model: {} }, "model.id"],
  ["a temperature that is none", { model: { id: "x", temperature: 2, maxTokens: 1 } }, "model.temperature"],
  ["the draft of a guardrail", { guardrail: { id: "x", version: "DRAFT" } }, "guardrail.version"],
  ["no guardrail", { guardrail: null }, "guardrail"],
  ["an endpoint that is an address", { retrieval: { ...(published["retrieval"] as object), endpoint: "https://evil.example/" } }, "retrieval.endpoint"],
  ["a threshold that is none", { retrieval: { ...(published["retrieval"] as object), minScore: 1.5 } }, "retrieval.minScore"],
  ["no tables", { tables: { tickets: "t", conversations: "c" } }, "tables.audit"],
] as const) {
  test(`a definition with ${name} is none`, () => {
    assert.throws(() => parseDefinition(JSON.stringify({ ...published, ...change })), (error: unknown) => error instanceof Error && error.message.includes(says));
  });
}

test("a definition that is no JSON, or too large, is none", () => {
  assert.throws(() => parseDefinition("{"), /not JSON/);
  assert.throws(() => parseDefinition(" ".repeat(1024 * 1024 + 1)), /more than/);
});

test("the schema's version, and all that is read of it, are the contract's", async () => {
  const contract = await readFile(join(root, "..", "contract", "agent.go"), "utf8");
  assert.ok(contract.includes("AgentDefinitionVersion = 1"));
  for (const name of ["endpoint", "aliasPrefix", "embeddingModelId", "dimensions", "minScore", "maxSources", "temperature", "maxTokens", "instruction", "tickets", "conversations", "audit"]) {
    assert.ok(contract.includes(`json:"${name}"`), name);
  }
});

const environment = readEnvironment({ ...complete });
const quiet = newLogger("ERROR", {}, () => undefined);

test("the start reads the definition where the environment says", async () => {
  const services = new FakeServices();
  services.objects.set("flowops-dev-agents/definition.json", JSON.stringify(published));
  assert.equal(typeof (await start(environment, quiet, services)), "function");
});

test("a definition that is none is told as what it is", async () => {
  const services = new FakeServices();
  services.objects.set("flowops-dev-agents/definition.json", JSON.stringify({ ...published, tools: [{ name: "create_ticket", description: "x", requiresConfirmation: true, inputSchema: { type: "nonsense" } }] }));
  await assert.rejects(start(environment, quiet, services), (error: unknown) => error instanceof Failure && error.code === "internal" && /schema/.test(error.message));
  await assert.rejects(start(environment, quiet, new FakeServices()), { code: "internal", message: "the definition is not JSON" });
});
