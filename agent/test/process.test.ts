import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { test } from "node:test";

import { variables } from "../src/environment.ts";
import { complete, Process, type Line } from "./support.ts";

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
  const agent = new Process({ ...complete, PORT: "0" });
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
  assert.match(answer, /^HTTP\/1\.1 501 /);
  await agent.line("ended");
});
