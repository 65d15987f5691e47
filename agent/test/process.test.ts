import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { test } from "node:test";

import { marshall } from "@aws-sdk/util-dynamodb";

import { variables } from "../src/environment.ts";
import { published, request } from "./harness.ts";
import { says, StandIn, uses, type Asked, type Reply } from "./standins.ts";
import { complete, offline, Process, type Line } from "./support.ts";

function withoutTime(lines: Line[]): Line[] {
  return lines.map(({ timestamp, ...line }) => {
    assert.ok(!Number.isNaN(Date.parse(String(timestamp))));
    return line;
  });
}

test("without its environment it names every variable in one line, and exits with 1", async () => {
  const agent = new Process({});
  assert.equal(await agent.ended, 1);
  const missing = Object.values(variables);
  assert.deepEqual(withoutTime(agent.lines), [
    {
      level: "ERROR",
      message: "can't start",
      environment: "",
      error: `required environment variables are missing or empty: ${missing.join(", ")}`,
      missing,
    },
  ]);
});

test("with an invalid port it exits with 1", async () => {
  for (const port of ["http", "65536", "-1", "80.5", " "]) {
    const agent = new Process({ ...complete, PORT: port });
    assert.equal(await agent.ended, 1);
    assert.equal(agent.lines.length, 1);
    assert.match(String(agent.lines[0]?.["error"]), /^PORT is /);
  }
});

test("where the port is taken it exits with 1", async () => {
  const other = createServer().listen(0, "0.0.0.0");
  await once(other, "listening");
  const agent = new Process({ ...complete, PORT: String((other.address() as AddressInfo).port) });
  assert.equal(await agent.ended, 1);
  other.close();
  assert.match(String((await agent.line("can't start"))["error"]), /EADDRINUSE/);
});

test("it serves, and on SIGTERM it ends the open request, and exits with 0", async () => {
  const agent = new Process({ ...complete, ...offline, AWS_ENDPOINT_URL: "http://127.0.0.1:1", PORT: "0" });
  const listening = await agent.line("listening");
  assert.deepEqual(withoutTime([{ ...listening, port: 0 }]), [
    { level: "INFO", message: "listening", environment: "dev", tenant: "acme", host: "0.0.0.0", port: 0 },
  ]);
  const port = Number(listening["port"]);

  const ping = await fetch(`http://127.0.0.1:${port}/ping`);
  assert.equal(ping.status, 200);
  const health = (await ping.json()) as { status: string; time_of_last_update: number };
  assert.equal(health.status, "Healthy");
  assert.ok(Math.abs(Date.now() / 1000 - health.time_of_last_update) < 60);

  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  socket.write("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nfirst");
  await new Promise((resolve) => setTimeout(resolve, 100)); // the agent has the request now
  agent.kill("SIGTERM");
  await agent.line("ending");
  await assert.rejects(fetch(`http://127.0.0.1:${port}/ping`), "it takes no new connections");
  socket.write("other");
  assert.equal(await agent.ended, 0);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer, /data: \{"type":"error","error":\{"code":"invalid","detail":"the request is not JSON"\}\}\n\n/);
  await agent.line("ended");
});

test("the bundle answers a question with what the services say", async (t) => {
  const ticket = marshall({ PK: "TENANT#acme", SK: "TICKET#t-1", tenantId: "acme", ticketId: "t-1", subject: "Broken", description: "It broke", status: "open" });
  const script = [uses("get_ticket_history", { ticketId: "t-1" }), says("The ticket t-1 is open [1]. It is about a device. ")];
  const answer = ({ path, headers }: Asked): Reply => {
    const json = { "content-type": "application/x-amz-json-1.0" };
    switch (headers["x-amz-target"]) {
      case "DynamoDB_20120810.Query":
        return { headers: json, body: '{"Items":[]}' };
      case "DynamoDB_20120810.GetItem":
        return { headers: json, body: JSON.stringify({ Item: ticket }) };
      default:
    }
    if (path.startsWith("/flowops-dev-agents/definition.json")) {
      return { body: JSON.stringify(published) };
    }
    return script.shift() ?? { status: 500, body: "" };
  };
  const services = await new StandIn(answer).listen();
  t.after(() => services.close());
  const agent = new Process({ ...complete, ...offline, AWS_ENDPOINT_URL: services.url, PORT: "0" });
  t.after(() => agent.kill("SIGKILL"));
  const port = Number((await agent.line("listening"))["port"]);
  await agent.line("ready");

  const response = await fetch(`http://127.0.0.1:${port}/invocations`, { method: "POST", body: JSON.stringify(request) });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events = (await response.text()).trim().split("\n\n").map((event) => JSON.parse(event.replace(/^data: /, "")) as Record<string, unknown>);
  assert.deepEqual(events.map(({ type }) => type), ["delta", "answer"]);
  assert.deepEqual(events.at(-1)?.["answer"], {
    text: "The ticket t-1 is open. It is about a device.",
    citations: [],
    pendingActions: [],
    grounded: false,
    refused: false,
    blocked: false,
    confidence: 0,
    usage: { inputTokens: 100, outputTokens: 14, invocations: 2, throttles: 0, toolCalls: 1, retrievalHits: 0, bestScore: 0 },
  });
  for (const { path, body } of services.asked.filter((asked) => asked.path.includes("converse"))) {
    assert.equal(path, "/model/global.anthropic.claude-sonnet-4-6/converse-stream");
    assert.ok(body.includes('"guardrailVersion":"3"'));
  }
  const other = await fetch(`http://127.0.0.1:${port}/invocations`, { method: "POST", body: JSON.stringify({ ...request, tenantId: "globex" }) });
  assert.match(await other.text(), /"code":"invalid"/);
  assert.ok(!JSON.stringify(agent.lines).includes("Broken"));
});
