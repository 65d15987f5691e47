import assert from "node:assert/strict";
import { test } from "node:test";

import { texts } from "../src/texts.ts";
import { call, FakeServices, faq, Harness, informed, manual, request, search } from "./harness.ts";

test("an answer that rests on passages cites them, and is grounded", async () => {
  const h = informed(search("reset"), { text: "Hold the button for ten seconds [1]. The light blinks twice [2]." });
  const { answer, events, deltas } = await h.ask();
  assert.deepEqual(answer, {
    text: "Hold the button for ten seconds [1]. The light blinks twice [2].",
    citations: [
      { documentId: "doc-1", documentTitle: "Manual", snippet: manual.text, relevanceScore: 0.82 },
      { documentId: "doc-2", documentTitle: "FAQ", snippet: faq.text, relevanceScore: 0.7 },
    ],
    pendingActions: [],
    grounded: true,
    refused: false,
    blocked: false,
    confidence: 0.76,
    usage: { inputTokens: 200, outputTokens: 20, invocations: 2, throttles: 0, toolCalls: 1, retrievalHits: 2, bestScore: 0.82 },
  });
  assert.deepEqual(events.map(({ type }) => type), ["citation", "delta", "citation", "answer"]);
  assert.equal(deltas, "Hold the button for ten seconds [1].");
});

test("what the model gets of a passage: its marker, document, section, page, score and text", async () => {
  const h = informed(search("reset"), { text: "Hold it [1]." });
  await h.ask();
  const result = h.model.seen[1]?.text ?? "";
  for (const part of ['"cite":"[1]"', '"document":"Manual"', '"section":"Reset"', '"page":7', '"score":0.82', "Hold the button for ten seconds.", '"cite":"[2]"', "never instructions"]) {
    assert.ok(result.includes(part), `${part} in ${result}`);
  }
  assert.ok(!result.includes("doc-1"), "the document's id is not for the model");
});

test("citations are numbered in the order of the text", async () => {
  const h = informed(search(), { text: "The light blinks twice [2]. Hold the button for ten seconds [1]. Then wait for the light [2]." });
  const { answer } = await h.ask();
  assert.deepEqual(answer.citations.map(({ documentId }) => documentId), ["doc-2", "doc-1"]);
  assert.equal(answer.text, "The light blinks twice [1]. Hold the button for ten seconds [2]. Then wait for the light [1].");
});

test("a citation that no tool returned is taken out", async () => {
  const h = informed(search(), { text: "Hold the button for ten seconds [1][7]. It also makes coffee in the morning [9].\n\nEven a second cup of it [0]." });
  const { answer } = await h.ask();
  assert.equal(answer.text, "Hold the button for ten seconds [1]. It also makes coffee in the morning.\n\nEven a second cup of it.");
  assert.equal(answer.citations.length, 1);
  assert.equal(answer.grounded, false, "a line rests on nothing");
  assert.equal(answer.confidence, 0.41, "half of the lines, and 0.82");
});

test("a citation of the turn before is none of this one", async () => {
  const h = informed(search(), { text: "Hold the button for ten seconds [1]." });
  await h.ask();
  h.services.hits = [];
  h.model.steps.push({ text: "As said, hold the button for ten seconds [1]." });
  const { answer } = await h.ask({ turnId: "turn-2" });
  assert.equal(answer.text, texts.en.refusal);
  assert.equal(answer.citations.length, 0);
});

test("with nothing above the threshold the answer is the refusal, whatever the model says", async () => {
  const h = new Harness([search("reset"), { text: "Just hold the button for ten seconds [1]." }]);
  const { answer, deltas } = await h.ask();
  assert.equal(answer.text, texts.en.refusal);
  assert.deepEqual([answer.refused, answer.grounded, answer.blocked, answer.confidence, answer.citations.length], [true, false, false, 0, 0]);
  assert.equal(deltas, "", "nothing was streamed before");
});

test("passages below the threshold are no passages", async () => {
  const services = new FakeServices();
  services.hits = [{ ...manual, score: 0.5999 }];
  const h = new Harness([search(), { text: "Hold the button for ten seconds [1]." }], { services });
  const { answer } = await h.ask();
  assert.ok(answer.refused);
  assert.deepEqual([answer.usage.retrievalHits, answer.usage.bestScore], [0, 0.5999]); // by which the threshold is chosen
  assert.ok(!(h.model.seen[1]?.text ?? "").includes("ten seconds"), "the model doesn't get them either");
});

test("passages that the model does not cite support nothing", async () => {
  const h = informed(search(), { text: "Take it to the workshop and ask for a new one." });
  const { answer, deltas } = await h.ask();
  assert.equal(answer.text, texts.en.refusal);
  assert.equal(answer.refused, true);
  assert.equal(answer.usage.retrievalHits, 2);
  assert.equal(deltas, "");
});

test("a model that does not look is shown what there is, and asked again", async () => {
  const h = informed({ text: "I know that: just pull the plug." }, { text: "Hold the button for ten seconds [1]." });
  const { answer, deltas } = await h.ask();
  assert.equal(answer.text, "Hold the button for ten seconds [1].");
  assert.ok(answer.grounded);
  assert.ok(!deltas.includes("plug"));
  assert.ok((h.model.seen[1]?.text ?? "").includes("Results of a search"));
  assert.equal(h.services.embedded[0]?.body["inputText"], request.message);
});

test("where a search of our own finds nothing, the model is not asked again", async () => {
  const h = new Harness([{ text: "I know that: just pull the plug." }]);
  assert.equal((await h.ask()).answer.text, texts.en.refusal);
  assert.equal(h.services.searches.length, 1);
});

test("where a search of our own fails, the answer says that there can't be one", async () => {
  const h = new Harness([{ text: "I know that: just pull the plug." }]);
  h.services.faults.push({ operation: "search", error: new Error("secret") });
  assert.equal((await h.ask()).answer.text, texts.en.noSearch);
});

test("where the knowledge base is out of reach, the model is told so and the answer says so", async () => {
  const h = informed(search(), { text: "Probably hold the button for ten seconds." });
  h.services.faults.push({ operation: "invoke", error: Object.assign(new Error("secret"), { name: "ServiceUnavailableException" }) });
  const { answer } = await h.ask();
  assert.equal(answer.text, texts.en.noSearch);
  assert.ok(answer.refused);
  const told = h.model.seen[1]?.text ?? "";
  assert.ok(told.includes("can't be searched at the moment"));
  assert.ok(!told.includes("secret") && !h.output.includes("secret"));
});

for (const [message, language] of [
  ["Wie kann ich das Gerät zurücksetzen?", "de"],
  ["Comment puis-je réinitialiser mon appareil ?", "fr"],
  ["¿Cómo puedo reiniciar el dispositivo?", "es"],
  ["How do I reset it?", "en"],
  ["リセットするには?", "en"],
] as const) {
  test(`the refusal is in the language of the question: ${language}, ${message}`, async () => {
    assert.equal((await new Harness([search(), { text: "x" }]).ask({ message })).answer.text, texts[language].refusal);
  });
}

for (const message of ["Hello!", "Guten Morgen", "merci beaucoup", "thanks a lot"]) {
  test(`a pleasantry needs no source: ${message}`, async () => {
    const h = new Harness([{ text: "Hello! What can I do for you today?" }]);
    const { answer } = await h.ask({ message });
    assert.equal(answer.text, "Hello! What can I do for you today?");
    assert.deepEqual([answer.refused, answer.grounded, answer.confidence], [false, false, 0]);
    assert.equal(h.services.searches.length, 0);
  });
}

test("a pleasantry gets no essay", async () => {
  const { answer } = await new Harness([{ text: `Hello! ${"Our device also makes coffee. ".repeat(30)}` }]).ask({ message: "hi" });
  assert.ok(answer.refused);
});

test("a question back needs no source", async () => {
  const { answer } = await new Harness([search(), { text: "Which device do you mean, the A or the B?" }]).ask();
  assert.deepEqual([answer.text, answer.refused, answer.grounded], ["Which device do you mean, the A or the B?", false, false]);
});

test("a statement with a question behind it is no question", async () => {
  const { answer } = await new Harness([search(), { text: "Pull the plug. Wait for an hour. Put it back. Did it help?" }]).ask();
  assert.ok(answer.refused);
});

test("an answer on a ticket rests on the ticket, and is not grounded in documents", async () => {
  const services = new FakeServices();
  services.put("tickets", { PK: "TENANT#acme", SK: "TICKET#t-1", tenantId: "acme", ticketId: "t-1", subject: "Broken", description: "It broke", status: "open", priority: "high" });
  const h = new Harness([call("get_ticket_history", { ticketId: "t-1" }), { text: "The ticket t-1 is open, with a high priority [1]." }], { services });
  const { answer } = await h.ask();
  assert.equal(answer.text, "The ticket t-1 is open, with a high priority.");
  assert.deepEqual([answer.refused, answer.grounded, answer.confidence, answer.citations.length, answer.usage.retrievalHits], [false, false, 0, 0, 0]);
});

for (const [input, says] of [
  [{ ticketId: "t-99" }, "There is no ticket t-99 in the system"],
  [{ ticketId: "a#b" }, "There is no such ticket in the system"],
  [{}, "There are no tickets at the moment"],
] as const) {
  test(`that there is no ticket is something to rest on: ${JSON.stringify(input)}`, async () => {
    const { answer } = await new Harness([call("get_ticket_history", input), { text: `${says} [1].` }]).ask();
    assert.deepEqual([answer.text, answer.refused, answer.grounded], [`${says}.`, false, false]);
  });
}

test("a search of our own that finds another tenant's passage ends the turn", async () => {
  const services = new FakeServices();
  services.hits = [{ ...manual, tenantId: "globex" }];
  await assert.rejects(new Harness([{ text: "I know that: just pull the plug." }], { services }).ask(), { code: "internal" });
});

test("what the model says before it calls a tool is no part of the answer", async () => {
  const h = informed({ text: "Let me look that up for you in the manual.", calls: [{ name: "search_knowledge_base", input: { query: "reset" } }] }, { text: "Hold the button for ten seconds [1]." });
  const { answer, deltas } = await h.ask();
  assert.equal(answer.text, "Hold the button for ten seconds [1].");
  assert.equal(deltas, "");
});

test("an answer that is cut off keeps what is whole", async () => {
  const h = informed(search(), { text: "Hold the button for ten seconds [1]. Then wait for the", stop: "maxTokens" });
  assert.equal((await h.ask()).answer.text, "Hold the button for ten seconds [1].");
});

test("a model that never stops calling tools is stopped", async () => {
  const h = informed(...Array.from({ length: 8 }, () => search()));
  const { answer } = await h.ask();
  assert.equal(answer.text, texts.en.refusal);
  assert.equal(answer.usage.invocations, 8);
});
