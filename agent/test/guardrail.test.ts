import assert from "node:assert/strict";
import { test } from "node:test";

import { texts } from "../src/texts.ts";
import { call, Harness, informed, search } from "./harness.ts";

test("a question that is blocked gets a civil answer", async () => {
  const h = new Harness([{ text: "Sorry, blocked by policy.", stop: "guardrailIntervened", redact: true }]);
  const { answer, events } = await h.ask({ message: "Wie heile ich das?" });
  assert.deepEqual(answer, {
    text: texts.de.blocked,
    citations: [],
    pendingActions: [],
    grounded: false,
    refused: true,
    blocked: true,
    confidence: 0,
    usage: { inputTokens: 100, outputTokens: 10, invocations: 1, throttles: 0, toolCalls: 0, retrievalHits: 0, bestScore: 0 },
  });
  assert.deepEqual(events.map(({ type }) => type), ["answer"]);
  assert.equal(h.services.searches.length, 0, "nothing is searched for what is blocked");
  assert.equal(h.lines.find(({ message }) => message === "turn")?.["blocked"], true);
});

test("an answer that is blocked in the middle is replaced, and has no sources", async () => {
  const h = informed(search(), { text: ["Hold the button for ten seconds [1]. ", "Then "], stop: "guardrailIntervened", redact: true });
  const { answer } = await h.ask();
  assert.deepEqual([answer.text, answer.blocked, answer.citations.length, answer.grounded], [texts.en.blocked, true, 0, false]);
});

test("what was proposed before stays proposed", async () => {
  const h = new Harness([call("create_ticket", { subject: "a", description: "b", priority: "low" }), { text: "x", stop: "guardrailIntervened", redact: true }]);
  const { answer } = await h.ask();
  assert.equal(answer.blocked, true);
  assert.equal(answer.pendingActions.length, 1);
});

test("text that was masked is an answer", async () => {
  const h = informed(search(), { text: "Hold the button for ten seconds, says {NAME} [1].", stop: "guardrailIntervened" });
  const { answer } = await h.ask();
  assert.deepEqual([answer.blocked, answer.text], [false, "Hold the button for ten seconds, says {NAME} [1]."]);
});

for (const stop of ["contentFiltered", "refusal"]) {
  test(`the model's own filter blocks, too: ${stop}`, async () => {
    assert.equal((await new Harness([{ text: "x", stop }]).ask()).answer.blocked, true);
  });
}
