import assert from "node:assert/strict";
import { test } from "node:test";

import { ConstantBackoff, ModelError } from "@strands-agents/sdk";

import { codeOf, describe, isThrottle } from "../src/faults.ts";
import { Failure } from "../src/protocol.ts";
import { Retry } from "../src/retry.ts";
import { SearchUnavailable } from "../src/send.ts";
import { call, definition, FakeServices, Harness, informed, manual, search } from "./harness.ts";
import { noOverrides } from "../src/overrides.ts";

const named = (name: string, more: object = {}): Error => Object.assign(new Error("secret"), { name, ...more });

for (const [name, error, code, told] of [
  ["a throttle", named("ThrottlingException"), "throttled", "ThrottlingException"],
  ["a throttle inside", new ModelError("secret", { cause: named("ThrottlingException", { $metadata: { httpStatusCode: 429 } }) }), "throttled", "ModelError < ThrottlingException 429"],
  ["a status of a throttle", named("X", { $metadata: { httpStatusCode: 429 } }), "throttled", "X 429"],
  ["a service that is down", named("ServiceUnavailableException"), "unavailable", "ServiceUnavailableException"],
  ["a status of a service that is down", named("X", { $metadata: { httpStatusCode: 500 } }), "unavailable", "X 500"],
  ["a refused connection", new TypeError("fetch failed", { cause: named("Error", { code: "ECONNREFUSED" }) }), "unavailable", "TypeError < Error ECONNREFUSED"],
  ["the search", new SearchUnavailable("secret"), "unavailable", "SearchUnavailable"],
  ["a timeout", named("TimeoutError"), "timeout", "TimeoutError"],
  ["a failure of ours", new ModelError("x", { cause: new Failure("invalid", "so it is") }), "invalid", "ModelError < invalid: so it is"],
  ["anything else", new TypeError("secret"), "internal", "TypeError"],
  ["a name that is a text", named("secret words here"), "internal", ""],
  ["no error", "secret", "internal", "string"],
] as const) {
  test(`an error of a call: ${name}`, () => {
    assert.equal(codeOf(error), code);
    assert.equal(describe(error), told);
    assert.equal(isThrottle(error), code === "throttled");
  });
}

test("causes in a ring come to an end", () => {
  const error = new Error("x");
  error.cause = error;
  assert.equal(codeOf(error), "internal");
});

test("a throttled call is tried again, and counted", async () => {
  const h = informed(search(), { fail: named("ThrottlingException") }, { text: "Hold the button for ten seconds [1]." });
  const { answer } = await h.ask();
  assert.deepEqual([answer.usage.throttles, answer.usage.invocations], [1, 3]);
  assert.equal(answer.text, "Hold the button for ten seconds [1].");
});

test("a call that fails in the middle is tried again, without what it said", async () => {
  const h = informed(search(), { text: "Hold the", failAfter: named("ModelStreamErrorException") }, { text: "Hold the button for ten seconds [1]." });
  assert.equal((await h.ask()).answer.text, "Hold the button for ten seconds [1].");
});

test("a call of which text was released is not tried again", async () => {
  const h = informed(search(), { text: ["Hold the button for ten seconds [1]. ", "Then"], failAfter: named("ThrottlingException") });
  await assert.rejects(h.ask(), (error: unknown) => codeOf(error) === "throttled");
});

test("an error that does not pass is not tried again", async () => {
  await assert.rejects(new Harness([{ fail: named("ValidationException") }]).ask(), (error: unknown) => codeOf(error) === "internal");
});

test("attempts come to an end", async () => {
  const retry = new Retry(() => false, new ConstantBackoff({ delayMs: 0 }));
  const decide = (attemptCount: number) => (retry as unknown as { computeRetryDecision(event: object): { retry: boolean } }).computeRetryDecision({ error: named("ThrottlingException"), attemptCount });
  assert.deepEqual([1, 2, 3, 4].map((n) => decide(n).retry), [true, true, true, false]);
});

test("a conversation that can't be read is the turn's failure", async () => {
  const h = new Harness([]);
  h.services.faults.push({ operation: "query", error: named("InternalServerError") });
  await assert.rejects(h.ask(), (error: unknown) => codeOf(error) === "unavailable");
});

test("a turn that is ended has no answer", async () => {
  const end = new AbortController();
  const h = informed(search(), { text: "x", before: () => end.abort() });
  await assert.rejects(h.ask({}, end.signal), { code: "timeout" });
});

test("a turn that is ended while a tool works has no answer, and asks the model no more", async () => {
  const end = new AbortController();
  const services = new FakeServices();
  services.invoke = async () => {
    end.abort();
    throw named("AbortError");
  };
  const h = new Harness([search(), { text: "x" }], { services });
  await assert.rejects(h.ask({}, end.signal).finally(() => assert.equal(h.model.seen.length, 1)), { code: "timeout" });
});

test("another tenant's request is refused, whatever it comes through", async () => {
  await assert.rejects(new Harness([]).ask({ tenantId: "globex" }), { code: "invalid" });
});

test("a tool that the tenant disabled does not exist", async () => {
  const overrides = { ...noOverrides, tools: [{ name: "create_ticket", enabled: false }, { name: "search_knowledge_base", enabled: true, description: "Look here first." }] };
  const services = new FakeServices();
  services.hits = [manual];
  const h = new Harness([call("create_ticket", { subject: "a", description: "b", priority: "low" }), search(), { text: "Hold the button for ten seconds [1]." }], { overrides, services });
  const { answer } = await h.ask();
  assert.deepEqual(h.model.seen[0]?.tools, ["search_knowledge_base", "get_ticket_history", "escalate_to_human", "request_logs"]);
  assert.ok(h.model.seen[1]?.text.includes('"status":"error"'));
  assert.equal(services.all("audit").length, 0);
  assert.deepEqual(answer.pendingActions, []);
});

test("without the search there is no search of our own either", async () => {
  const overrides = { ...noOverrides, tools: [{ name: "search_knowledge_base", enabled: false }] };
  const h = new Harness([{ text: "I know that: pull the plug." }], { overrides });
  assert.ok((await h.ask()).answer.refused);
  assert.equal(h.services.searches.length, 0);
});

test("a tool of the definition that is not built here is left out", async () => {
  const h = new Harness([search(), { text: "Which one?" }], { use: { ...definition, tools: [...definition.tools, { name: "fly", description: "x", requiresConfirmation: false, inputSchema: { type: "object" } }], members: [{ ...definition.members[0], tools: [...definition.members[0].tools, "fly"] }] } });
  await h.ask();
  assert.ok(!h.model.seen[0]?.tools.includes("fly"));
  assert.ok(h.lines.some(({ tool, level }) => tool === "fly" && level === "WARN"));
});

test("the agent's own name is in the prompt", async () => {
  const h = new Harness([{ text: "Hello!" }], { overrides: { ...noOverrides, name: "Ada" } });
  await h.ask({ message: "hello" });
  assert.ok(h.model.seen[0]?.system.includes("You are called Ada."));
});

test("a tool is called a bounded number of times in a turn", async () => {
  const many = { calls: Array.from({ length: 9 }, (_, n) => ({ name: "search_knowledge_base", input: { query: `q${n}` } })) };
  const h = informed(many, { text: "Hold the button for ten seconds [1]." });
  await h.ask();
  assert.equal(h.services.searches.length, 8);
  assert.ok(h.model.seen[1]?.text.includes("was called 8 times"));
});

test("a search is bounded by the definition, not by the model", async () => {
  const h = informed(call("search_knowledge_base", { query: "x", limit: 20 }), { text: "Hold the button for ten seconds [1]." });
  await h.ask();
  const body = JSON.parse(h.services.searches[0]?.body ?? "") as { size: number; min_score?: number; query: { knn: { vector: { k: number } } } };
  assert.deepEqual([body.size, body.query.knn.vector.k, body.min_score], [6, 6, undefined]);
});

test("long texts of documents are cut", async () => {
  const services = new FakeServices();
  services.hits = [{ ...manual, text: "x".repeat(50_000), title: "t".repeat(500) }];
  const h = new Harness([search(), { text: "Hold it [1]." }], { services });
  const { answer } = await h.ask();
  assert.ok((h.model.seen[1]?.text.length ?? 0) < 6_000);
  assert.equal(answer.citations[0]?.snippet.length, 300);
  assert.equal(answer.citations[0]?.documentTitle.length, 200);
});

test("a result that is too large is not handed on", async () => {
  const services = new FakeServices();
  services.hits = Array.from({ length: 6 }, (_, chunk) => ({ ...manual, chunk, text: "\u0001語".repeat(4_000) }));
  const h = new Harness([search(), { text: "Which one do you mean?" }], { services });
  await h.ask();
  assert.ok(h.model.seen[1]?.text.includes("The result is too large"));
});

test("logs tell what a turn took, and nothing that was said", async () => {
  const h = informed(search("confidential query"), call("create_ticket", { subject: "confidential", description: "confidential", priority: "low" }), { text: "Hold the button for ten seconds [1]. Confidential." });
  await h.ask({ message: "confidential question" });
  assert.ok(!/confidential|button|Manual/i.test(h.output), h.output);
  const turn = h.lines.find(({ message }) => message === "turn");
  const { timestamp: _, milliseconds, firstModelTextMilliseconds, firstEventMilliseconds, ...facts } = turn ?? {};
  assert.ok([milliseconds, firstModelTextMilliseconds, firstEventMilliseconds].every((value) => typeof value === "number"));
  assert.deepEqual(facts, {
    level: "INFO",
    message: "turn",
    turnId: "turn-1",
    conversationId: "conv-1",
    inputTokens: 300,
    outputTokens: 30,
    invocations: 3,
    throttles: 0,
    toolCalls: 2,
    retrievalHits: 2,
    bestScore: 0.82,
    searches: 1,
    citations: 1,
    pendingActions: 1,
    escalated: false,
    grounded: true,
    refused: false,
    blocked: false,
    confidence: 0.82,
  });
});

test("tokens from the cache count", async () => {
  const h = new Harness([{ text: "Hello!", usage: { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 90 } }]);
  assert.deepEqual((await h.ask({ message: "hello" })).answer.usage, { inputTokens: 100, outputTokens: 5, invocations: 1, throttles: 0, toolCalls: 0, retrievalHits: 0, bestScore: 0 });
});

test("tickets: one, the last ones, none", async () => {
  const services = new FakeServices();
  for (let n = 1; n <= 8; n++) {
    services.put("tickets", { PK: "TENANT#acme", SK: `TICKET#t-${n}`, GSI2PK: "TENANT#acme", GSI2SK: `UPDATED#${n}`, tenantId: "acme", ticketId: `t-${n}`, subject: `S${n}`, description: "d".repeat(9_000), status: "open", severity: 3, slaRisk: true, aiSummary: "sum", conversationIds: ["c"], assignedTo: "" });
  }
  const h = new Harness([call("get_ticket_history", {}), call("get_ticket_history", { ticketId: "t-3" }), call("get_ticket_history", { ticketId: "t-99" }), call("get_ticket_history", { limit: 2 }), { text: "Which one?" }], { services });
  await h.ask();
  const told = h.model.seen.slice(1).map(({ messages }) => JSON.stringify(messages.at(-1)));
  assert.deepEqual([...(told[0] ?? "").matchAll(/"ticketId":"(t-\d)"/g)].map(([, id]) => id), ["t-8", "t-7", "t-6", "t-5", "t-4"]);
  assert.ok((told[0]?.length ?? 0) < 4_500);
  assert.ok(told[1]?.includes('"cite":"[6]"') && told[1].includes('"slaRisk":true') && told[1].includes('"summary":"sum"') && !told[1].includes("assignedTo") && !told[1].includes("GSI2"));
  assert.ok(told[2]?.includes("There is no such ticket"));
  assert.deepEqual([...(told[3] ?? "").matchAll(/"cite":"(\[\d\])"/g)].map(([, cite]) => cite), ["[1]", "[2]"]);
});

