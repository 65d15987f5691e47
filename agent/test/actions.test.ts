import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { patterns, auditRequest, key, messagesOf } from "../src/keys.ts";
import { texts } from "../src/texts.ts";
import { timeOf, uuidOf } from "../src/uuid7.ts";
import { call, FakeServices, Harness, informed, now, request, search } from "./harness.ts";
import { root } from "./support.ts";

const ticket = { subject: "Device is stuck", description: "It does not start. Write to jane@example.com.", priority: "high" };
const logs = { component: "gateway", from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" };

test("create_ticket writes a pending action, and does nothing else", async () => {
  const h = new Harness([call("create_ticket", ticket), { text: "I propose this ticket. Please confirm it." }]);
  const { answer, events } = await h.ask({ ticketId: "t-9" });
  const [action, ...others] = answer.pendingActions;
  assert.ok(action !== undefined && others.length === 0);
  const at = "2026-03-04T05:06:07.890Z";
  assert.equal(timeOf(action.actionId), now);
  assert.deepEqual(action, {
    actionId: action.actionId,
    type: "create_ticket",
    step: "requested",
    input: { ...ticket, description: "It does not start. Write to [EMAIL]." },
    conversationId: "conv-1",
    ticketId: "t-9",
    expiresAt: "2026-03-05T05:06:07.890Z",
  });
  assert.deepEqual(h.services.all("audit"), [
    {
      PK: "TENANT#acme",
      SK: `ACTION#${at}#${action.actionId}.1-request`,
      tenantId: "acme",
      actionId: action.actionId,
      type: "create_ticket",
      step: "requested",
      at,
      by: "agent",
      conversationId: "conv-1",
      ticketId: "t-9",
      input: JSON.stringify({ description: "It does not start. Write to [EMAIL].", priority: "high", subject: "Device is stuck" }),
      validUntil: "2026-03-05T05:06:07.890Z",
    },
  ]);
  assert.deepEqual(events.map(({ type }) => type), ["action_required", "answer"]);
  assert.deepEqual([answer.refused, answer.grounded, answer.confidence], [false, false, 0]);
  assert.equal(answer.text, "I propose this ticket. Please confirm it.");
  assert.equal([...h.services.items.keys()].join(), "audit");
  const told = h.model.seen[1]?.text ?? "";
  assert.ok(told.includes(action.actionId) && told.includes("A person must confirm it first"));
});

test("request_logs, too", async () => {
  const h = new Harness([call("request_logs", logs), { text: "Please confirm the collection." }]);
  assert.equal((await h.ask()).answer.pendingActions[0]?.type, "request_logs");
  assert.equal(h.services.all("audit").length, 1);
});

test("escalate_to_human is written down and carried in the answer, not among what a person confirms", async () => {
  const h = new Harness([call("escalate_to_human", { reason: "Data loss", severity: 5 }), { text: "I have handed this over to our support team." }]);
  const { answer, events } = await h.ask();
  assert.equal(answer.escalation?.type, "escalate_to_human");
  assert.deepEqual(answer.pendingActions, []);
  assert.deepEqual(events.map(({ type }) => type), ["answer"]);
  assert.equal(answer.text, "I have handed this over to our support team.", "this is true");
  assert.equal(h.services.all("audit")[0]?.["actionId"], answer.escalation?.actionId);
});

test("an escalation is made once in a turn, and so is the same proposal", async () => {
  const h = new Harness([
    call("escalate_to_human", { reason: "a" }),
    call("escalate_to_human", { reason: "b" }),
    call("create_ticket", ticket),
    call("create_ticket", { ...ticket }),
    { text: "Done." },
  ]);
  const { answer, events } = await h.ask();
  assert.equal(h.services.all("audit").length, 2);
  assert.equal(answer.pendingActions.length, 1);
  assert.equal(events.filter(({ type }) => type === "action_required").length, 1);
});

test("a turn has a bounded number of actions", async () => {
  const h = new Harness([...Array.from({ length: 6 }, (_, n) => call("create_ticket", { ...ticket, subject: `Number ${n}` })), { text: "Please confirm them." }]);
  const { answer } = await h.ask();
  assert.equal(answer.pendingActions.length, 5);
  assert.ok((h.model.seen[6]?.text ?? "").includes("There are 5 actions in this turn already"));
});

for (const [name, tool, input, says] of [
  ["a missing field", "create_ticket", { subject: "x", priority: "low" }, "must have required property 'description'"],
  ["a field too many", "create_ticket", { ...ticket, tenantId: "globex" }, "must NOT have additional properties"],
  ["an unknown priority", "create_ticket", { ...ticket, priority: "now" }, '["low","medium","high","urgent"]'],
  ["a text that is too long", "create_ticket", { ...ticket, subject: "x".repeat(201) }, "must NOT have more than 200 characters"],
  ["a blank text", "create_ticket", { ...ticket, subject: "  " }, "A field is blank"],
  ["another type", "create_ticket", [ticket], "must be object"],
  ["a time that is none", "request_logs", { ...logs, from: "yesterday" }, "date-time"],
  ["a span that ends before it begins", "request_logs", { ...logs, from: logs.to, to: logs.from }, "is not before"],
  ["a severity that is none", "escalate_to_human", { reason: "x", severity: 6 }, "must be <= 5"],
  ["a limit that is too high", "search_knowledge_base", { query: "x", limit: 21 }, "must be <= 20"],
  ["a blank query", "search_knowledge_base", { query: "  " }, "The query is empty"],
  ["no query", "search_knowledge_base", {}, "must have required property 'query'"],
] as const) {
  test(`input that is not valid: ${name}`, async () => {
    const h = new Harness([call(tool, input), { text: "Could you tell me more?" }]);
    await h.ask();
    const told = h.model.seen[1]?.text ?? "";
    assert.ok(told.includes(says.replaceAll('"', '\\"')), told);
    assert.ok(told.includes('"status":"error"'));
    assert.equal(h.services.all("audit").length, 0);
  });
}

test("a table that is out of reach is told as a fact, and makes no action", async () => {
  const h = new Harness([call("create_ticket", ticket), { text: "I propose this ticket." }]);
  h.services.faults.push({ operation: "add", error: Object.assign(new Error("secret arn:aws:..."), { name: "InternalServerError" }) });
  const { answer } = await h.ask();
  assert.deepEqual(answer.pendingActions, []);
  assert.equal(answer.text, texts.en.refusal);
  const told = h.model.seen[1]?.text ?? "";
  assert.ok(told.includes("Nothing has happened") && !told.includes("secret") && !told.includes("    at "));
  assert.ok(!h.output.includes("secret"));
});

test("a turn that is tried again makes the same action", async () => {
  const turnId = uuidOf(now - 60_000, "turn");
  const services = new FakeServices();
  const ids = [];
  for (let n = 0; n < 2; n++) {
    const h = new Harness([call("create_ticket", n === 0 ? ticket : Object.fromEntries(Object.entries(ticket).reverse())), { text: "Please confirm." }], { services });
    ids.push((await h.ask({ turnId })).answer.pendingActions[0]?.actionId);
  }
  assert.equal(ids[0], ids[1]);
  assert.equal(timeOf(ids[0] ?? ""), now - 60_000);
  assert.equal(services.all("audit").length, 1);
});

test("an action whose write was answered by an error is there once after it is tried again", async () => {
  const turnId = uuidOf(now, "turn");
  const h = new Harness([call("create_ticket", ticket), call("create_ticket", ticket), { text: "Please confirm." }]);
  h.services.faults.push({ operation: "add", error: new Error("lost"), after: true });
  const { answer } = await h.ask({ turnId });
  assert.equal(answer.pendingActions.length, 1);
  assert.equal(h.services.all("audit").length, 1);
});

test("a turn's id from another time gives no action its time", async () => {
  for (const time of [now + 1, now - 15 * 60 * 1000]) {
    const h = new Harness([call("create_ticket", ticket), { text: "Please confirm." }]);
    assert.equal(timeOf((await h.ask({ turnId: uuidOf(time, "x") })).answer.pendingActions[0]?.actionId ?? ""), now);
  }
});

for (const [claim, truth] of [
  ["I have created a ticket for you.", texts.en.nothingDone],
  ["I've just emailed the engineering team about it!", texts.en.nothingDone],
  ["Your password has been reset successfully.", texts.en.nothingDone],
  ["A ticket was created under number 4711.", texts.en.nothingDone],
  ["I have escalated this to a person.", texts.en.nothingDone],
  ["Ich habe ein Ticket für Sie erstellt.", texts.en.nothingDone],
  ["J'ai créé un ticket pour vous.", texts.en.nothingDone],
  ["He creado un ticket para usted.", texts.en.nothingDone],
] as const) {
  test(`a claim without a result is corrected: ${claim}`, async () => {
    const h = informed(search(), { text: `Hold the button for ten seconds [1]. ${claim}` });
    const { answer } = await h.ask();
    assert.equal(answer.text, `Hold the button for ten seconds [1].\n\n${truth}`);
    assert.deepEqual([answer.pendingActions, answer.escalation], [[], undefined]);
  });
}

test("a proposal that is claimed to be done is corrected", async () => {
  const h = new Harness([call("create_ticket", ticket), { text: "I've created the ticket. Is there anything else that I can do for you?" }]);
  const { answer } = await h.ask();
  assert.equal(answer.text, `Is there anything else that I can do for you?\n\n${texts.en.proposed}`);
});

test("a claim is not streamed either", async () => {
  const h = informed(search(), { text: ["I have sent you an e-mail. ", "Hold the button for ten seconds [1]. ", "More soon [2]. ", "x"] });
  const { deltas, answer } = await h.ask();
  assert.ok(!deltas.includes("e-mail"));
  assert.ok(deltas.includes("ten seconds"));
  assert.ok(answer.text.endsWith(texts.en.nothingDone));
});

for (const harmless of [
  "I have not created a ticket.",
  "No ticket has been created yet [1].",
  "Once I have created the ticket, a person must confirm it.",
  "The ticket was created on Monday [1].",
  "Have you created a ticket?",
  "I have found two documents about it [1].",
  "Ich habe noch kein Ticket erstellt.",
  "Je n'ai pas créé de ticket.",
]) {
  test(`no claim: ${harmless}`, async () => {
    const h = informed(search(), { text: `Hold the button for ten seconds [1]. ${harmless}` });
    assert.equal((await h.ask()).answer.text, `Hold the button for ten seconds [1]. ${harmless}`);
  });
}

test("beside an action, a long text that rests on nothing is not told", async () => {
  const h = new Harness([call("create_ticket", ticket), { text: "Our device also makes coffee. ".repeat(30) }]);
  assert.equal((await h.ask()).answer.text, texts.en.proposed);
});

test("keys are the contract's", async () => {
  const contract = await readFile(join(root, "..", "contract", "tables.go"), "utf8");
  for (const pattern of Object.values(patterns)) {
    assert.ok(pattern === patterns.tenant ? contract.includes(`TenantKeyPrefix = "${pattern}"`) : contract.includes(`sk("${pattern}")`), pattern);
  }
  assert.ok(contract.includes('gsi(GSI2, TenantKeyPrefix, "UPDATED#<time>")'));
  assert.ok((await readFile(join(root, "..", "contract", "actions.go"), "utf8")).includes(`AuditRequest  = "${auditRequest}"`));
  assert.equal(key("A#<a>#B#<b>", "1", "2"), "A#1#B#2");
  assert.equal(messagesOf("c"), "CONV#c#MSG#");
  for (const values of [[], ["1"], ["1", "2", "3"], ["1", ""], ["1", "2#3"]]) {
    assert.throws(() => key("A#<a>#B#<b>", ...values), /key A#/);
  }
});

test("a UUID of version 7 is one, has its time, and is the same of the same", () => {
  const id = uuidOf(now, "a", "b");
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(timeOf(id), now);
  assert.equal(uuidOf(now, "a", "b"), id);
  assert.notEqual(uuidOf(now, "ab"), id);
  assert.equal(timeOf("turn-1"), undefined);
  assert.equal(timeOf(id.replace("-7", "-4")), undefined);
  assert.equal(request.turnId, "turn-1");
});
