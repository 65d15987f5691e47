import assert from "node:assert/strict";
import { after, test } from "node:test";

import { trace } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-base";

import { newInvoke } from "../src/invoke.ts";
import { newLogger } from "../src/log.ts";
import { inSpan, resourceOf, startTelemetry, traceWith, xrayExporter } from "../src/telemetry.ts";
import { informed, request, search, call } from "./harness.ts";

const log = newLogger("ERROR", {}, () => undefined);

/** Keeps what it was given, after it is ended, too. */
class Kept extends InMemorySpanExporter {
  readonly spans: ReadableSpan[] = [];

  override export(spans: ReadableSpan[], done: Parameters<InMemorySpanExporter["export"]>[1]): void {
    this.spans.push(...spans);
    done({ code: ExportResultCode.SUCCESS });
  }
}

const exporter = new Kept();
startTelemetry("eu-central-1", {}, log); // nothing: AgentCore does not ask for it
const off = trace.getTracer("x").startSpan("x").isRecording();
const end = traceWith(exporter, "service.name=acme,cloud.platform=aws_bedrock_agentcore,bad,%=%,x=%41");
after(end);

test("without AgentCore's word nothing is traced", () => {
  assert.equal(off, false);
});

const xray = { "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1" };

test("a turn's spans hang together, have the session, and hold nothing of what was said", async () => {
  const h = informed(search("confidential query"), call("create_ticket", { subject: "confidential", description: "confidential", priority: "low" }), { text: "Hold the button for ten seconds [1]." });
  const { invoke } = newInvoke({ tenantId: "acme", log, start: async () => h.agent, traced: async () => inSpan });
  await invoke({ id: "r", sessionId: "session-1", body: Buffer.from(JSON.stringify({ ...request, message: "confidential question" })), headers: xray, gone: new AbortController().signal }, () => undefined);
  await assert.rejects(inSpan({ tenantId: "acme", turnId: "t", conversationId: "c", sessionId: "", headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } }, async () => Promise.reject(new Error("confidential"))));
  await inSpan({ tenantId: "acme", turnId: "t", conversationId: "c", sessionId: "", headers: {} }, async () => undefined);
  await end();

  const { spans } = exporter;
  const turn = spans.find(({ name }) => name === "turn");
  assert.deepEqual(turn?.attributes, { "session.id": "session-1", "flowops.tenant": "acme", "flowops.turn": "turn-1", "flowops.conversation": "conv-1", "flowops.outcome": "answered" });
  const { traceId } = turn.spanContext();
  assert.equal(traceId, "5759e988bd862e3fe1be46a994272793");
  assert.equal(turn.parentSpanContext?.spanId, "53995c3f42cd8ad8");
  const inTurn = spans.filter((span) => span.spanContext().traceId === traceId);
  assert.ok(inTurn.length >= 7, inTurn.map(({ name }) => name).join());
  for (const span of inTurn) {
    assert.equal(span.attributes["session.id"], "session-1", span.name);
  }
  const tools = inTurn.map(({ attributes }) => attributes["gen_ai.tool.name"]).filter((name) => name !== undefined);
  assert.deepEqual(tools, ["search_knowledge_base", "create_ticket"]);
  assert.ok(inTurn.some(({ attributes }) => attributes["gen_ai.usage.input_tokens"] === 100));
  for (const { attributes, events, links, status, name } of spans) {
    assert.ok(!/confidential|button|Answers|passage/i.test(JSON.stringify([name, attributes, events, links, status])), name);
  }
  const failed = spans.find((span) => span.attributes["flowops.outcome"] === "internal");
  assert.equal(failed?.spanContext().traceId, "0af7651916cd43dd8448eb211c80319c");
  assert.deepEqual(failed?.status, { code: 2 });
  assert.deepEqual(turn.resource.attributes, { "service.name": "acme", "cloud.platform": "aws_bedrock_agentcore", x: "A", "aws.service.type": "gen_ai_agent" });
});

test("a resource has a name where AgentCore gives it none", () => {
  assert.deepEqual(resourceOf(""), { "service.name": "flowops-agent", "aws.service.type": "gen_ai_agent" });
});

for (const [status, code] of [
  [200, ExportResultCode.SUCCESS],
  [403, ExportResultCode.FAILED],
] as const) {
  test(`spans are signed and sent to X-Ray, which answers ${status}`, async () => {
    let output = "";
    const sent: { url: string; init: RequestInit }[] = [];
    const http = (async (url: URL, init: RequestInit) => {
      sent.push({ url: String(url), init });
      return new Response("secret", { status });
    }) as unknown as typeof fetch;
    const signer = { sign: async (asked: { headers: Record<string, string> }) => ({ ...asked, headers: { ...asked.headers, authorization: "signed" } }) };
    const xrays = xrayExporter("eu-central-1", signer as never, http, newLogger("WARN", {}, (line) => (output += line)));
    const result = await new Promise<number>((resolve) => xrays.export(exporter.spans, (done) => resolve(done.code)));
    assert.equal(result, code);
    assert.equal(sent[0]?.url, "https://xray.eu-central-1.amazonaws.com/v1/traces");
    assert.deepEqual(sent[0]?.init.headers, { "content-type": "application/x-protobuf", authorization: "signed" });
    assert.ok((sent[0]?.init.body as Uint8Array).length > 100);
    assert.equal(output.includes("ExportRefused 403"), status === 403);
    assert.ok(!output.includes("secret"));
    await xrays.shutdown();
  });
}
