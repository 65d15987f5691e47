import assert from "node:assert/strict";
import { test } from "node:test";

import { parseDefinition } from "../src/definition.ts";
import { membersOf } from "../src/members.ts";
import { noOverrides, type Overrides } from "../src/overrides.ts";
import { texts } from "../src/texts.ts";
import { call, definition, FakeServices, Harness, manual, published, search, type Step } from "./harness.ts";

const swarm: Overrides = { ...noOverrides, agentType: "swarm" };

/** A member's final message, or its hand-over. */
const final = (message: string, agentId?: string): Step => call("strands_structured_output", agentId === undefined ? { message } : { message, agentId });

function specialists(...steps: Step[]): Harness {
  const services = new FakeServices();
  services.hits = [manual];
  return new Harness(steps, { overrides: swarm, services });
}

test("one member becomes three specialists, of whom the first has the tools", () => {
  const members = membersOf(definition, swarm);
  assert.deepEqual(members.map(({ name, tools }) => [name, tools.length]), [["knowledge", 5], ["scheduling", 0], ["messaging", 0]]);
  assert.deepEqual(membersOf(definition, noOverrides).map(({ name }) => name), ["support"]);
});

test("more members are the specialists, as they are defined", () => {
  const [first] = published["members"] as Record<string, unknown>[];
  const use = parseDefinition(JSON.stringify({ ...published, members: [first, { name: "billing", instruction: "You know bills.", tools: [] }] }));
  assert.deepEqual(membersOf(use, swarm).map(({ name }) => name), ["support", "billing"]);
});

test("the knowledge specialist answers behind the same contract", async () => {
  const h = specialists(search(), final("Hold the button for ten seconds [1]."));
  const { answer, events } = await h.ask();
  assert.equal(answer.text, "Hold the button for ten seconds [1].");
  assert.deepEqual([answer.grounded, answer.citations.length, answer.confidence, answer.usage.invocations], [true, 1, 0.82, 2]);
  assert.deepEqual(events.map(({ type }) => type), ["citation", "answer"]);
  assert.deepEqual(h.model.seen[0]?.tools.at(-1), "strands_structured_output");
});

test("a specialist without tools is handed over to, and can't do anything", async () => {
  const h = specialists(final("Arrange a call-back on Monday.", "scheduling"), call("create_ticket", { subject: "a", description: "b", priority: "low" }), final("I have scheduled the call-back for Monday."));
  h.services.hits = [];
  const { answer } = await h.ask();
  assert.deepEqual(h.model.seen[1]?.tools, ["strands_structured_output"]);
  assert.ok(h.model.seen[1]?.system.includes("scheduling specialist"));
  assert.equal(h.services.all("audit").length, 0);
  assert.equal(answer.text, texts.en.refusal, "what it claims has no tool's result");
  assert.ok(h.lines.some(({ message, from }) => message === "handed over" && from === "knowledge"));
});

test("an action in a swarm is an action", async () => {
  const h = specialists(call("create_ticket", { subject: "a", description: "b", priority: "low" }), final("I propose a ticket. Please confirm it."));
  const { answer, events } = await h.ask();
  assert.equal(answer.pendingActions.length, 1);
  assert.deepEqual(events.map(({ type }) => type), ["action_required", "answer"]);
});

test("a swarm that does not look is shown what there is", async () => {
  const h = specialists(final("Just pull the plug."), final("Hold the button for ten seconds [1]."));
  const { answer } = await h.ask();
  assert.equal(answer.text, "Hold the button for ten seconds [1].");
  assert.ok(h.model.seen[1]?.text.includes("How do I reset the device?"), "members begin anew, and need the question");
});

test("a swarm is blocked by the guardrail as one agent is", async () => {
  const { answer } = await specialists({ ...final("x"), redact: true }).ask();
  assert.equal(answer.blocked, true);
});

test("what fails in a swarm is the turn's failure", async () => {
  const throttled = Object.assign(new Error("secret"), { name: "ThrottlingException" });
  const h = specialists(...Array.from({ length: 4 }, () => ({ fail: throttled })));
  await assert.rejects(h.ask(), (error: unknown) => error instanceof Error && !h.output.includes("secret"));
  assert.ok(h.lines.some(({ message, error }) => message === "model failed" && String(error).includes("ThrottlingException")));
});

test("members that hand over to each other without end are stopped", async () => {
  const h = specialists(...Array.from({ length: 5 }, (_, n) => final("you", n % 2 === 0 ? "scheduling" : "knowledge")));
  await assert.rejects(h.ask());
});
