import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { after, before, test } from "node:test";

import { newLogger } from "../src/log.ts";
import { headerRequestId, headerSessionId, maxBodyBytes, newServer, type Invoke } from "../src/server.ts";
import { parseLines, type Line } from "./support.ts";

const started = 1_705_751_708;
let output = "";
let clock = started * 1000 + 999;
let invoke: Invoke = async () => undefined;
const server = newServer(newLogger("DEBUG", {}, (line) => (output += line)), async (invocation, emit) => await invoke(invocation, emit), () => clock);
let port = 0;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: Record<string, unknown>;
}

async function call(method: string, path: string, headers: Record<string, string> = {}, body: (Buffer | string)[] = []): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1", method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {} }),
      );
    });
    request.on("error", reject);
    for (const part of body) {
      request.write(part);
    }
    request.end();
  });
}

async function logged(id: string): Promise<Line> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; ) {
    const line = parseLines(output).find((candidate) => candidate["requestId"] === id && candidate["message"] === "answered");
    if (line !== undefined) {
      return line;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no line of request ${id} in:\n${output}`);
}

function isProblem(answer: Answer, status: number, title: string, detail: string, instance: string): void {
  assert.equal(answer.status, status);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.deepEqual(answer.body, { type: "about:blank", title, status, detail, instance });
}

test("ping answers that the agent is healthy, since it started", async () => {
  for (const path of ["/ping", "/ping?x=1"]) {
    clock += 60_000; // time that passes is not progress
    const answer = await call("GET", path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.deepEqual(answer.body, { status: "Healthy", time_of_last_update: started });
  }
});

test("an invocation is answered by events, as they come", async () => {
  invoke = async ({ id, sessionId, body }, emit) => {
    emit({ type: "delta", text: "line\nbreak" });
    emit({ type: "error", error: { code: "internal", detail: `${id} ${sessionId} ${body.length}` } });
  };
  const answer = await call("POST", "/invocations", { [headerRequestId]: "request-1", [headerSessionId]: "session-1" }, ['{"message":"confidential"}']);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "text/event-stream");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.text, 'data: {"type":"delta","text":"line\\nbreak"}\n\ndata: {"type":"error","error":{"code":"internal","detail":"request-1 session-1 26"}}\n\n');
  const line = await logged("request-1");
  assert.deepEqual(
    { ...line, timestamp: "", milliseconds: 0 },
    { timestamp: "", level: "INFO", message: "answered", requestId: "request-1", method: "POST", path: "/invocations", status: 200, complete: true, milliseconds: 0 },
  );
  assert.ok(!output.includes("confidential"));
});

test("a client that leaves ends its invocation", async () => {
  const left = new Promise<void>((resolve) => {
    invoke = async ({ gone }, emit) => {
      emit({ type: "delta", text: "x" });
      await new Promise<void>((ended) => gone.addEventListener("abort", () => ended()));
      emit({ type: "delta", text: "nobody hears it" });
      resolve();
    };
  });
  const socket = connect(port, "127.0.0.1");
  socket.on("data", () => socket.destroy());
  socket.write("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
  await left;
});

test("an invocation that fails in the middle breaks off", async () => {
  invoke = async (_, emit) => {
    emit({ type: "delta", text: "x" });
    throw new Error("secret");
  };
  await assert.rejects(call("POST", "/invocations", { [headerRequestId]: "broken" }, ["{}"]));
  invoke = async () => undefined;
  assert.equal((await logged("broken"))["complete"], false);
});

test("a request id that is none of the platform's is not taken over", async () => {
  for (const id of ["", "a b", "x".repeat(129)]) {
    const { body } = await call("POST", "/none", { [headerRequestId]: id });
    assert.match(String(body["instance"]), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  }
});

for (const path of ["/", "/invocation", "/ping/", "/invocations/x", "/confidential?a=b"]) {
  test(`unknown path ${path}`, async () => {
    const answer = await call("POST", path, { [headerRequestId]: `unknown${path.replace(/\W/g, "-")}` });
    isProblem(answer, 404, "Not Found", "there is no such path: the paths are /ping and /invocations", String(answer.body["instance"]));
    assert.equal((await logged(String(answer.body["instance"])))["path"], "other");
  });
}

for (const [method, path, allowed] of [
  ["POST", "/ping", "GET"],
  ["DELETE", "/ping", "GET"],
  ["GET", "/invocations", "POST"],
  ["PUT", "/invocations", "POST"],
] as const) {
  test(`${method} ${path} is not allowed`, async () => {
    const answer = await call(method, path, { [headerRequestId]: "request-2" });
    isProblem(answer, 405, "Method Not Allowed", `the path takes ${allowed} only`, "request-2");
    assert.equal(answer.headers.allow, allowed);
  });
}

for (const framing of ["with its length", "in chunks"]) {
  const headers = (bytes: number): Record<string, string> =>
    framing === "in chunks" ? { [headerRequestId]: "request-3" } : { [headerRequestId]: "request-3", "Content-Length": String(bytes) };

  test(`the largest body, ${framing}`, async () => {
    assert.equal((await call("POST", "/invocations", headers(maxBodyBytes), [Buffer.alloc(maxBodyBytes)])).status, 200);
  });

  test(`too large a body, ${framing}`, async () => {
    const answer = await call("POST", "/invocations", headers(maxBodyBytes + 1), [Buffer.alloc(maxBodyBytes), "x"]);
    isProblem(answer, 413, "Payload Too Large", `the body has more than ${maxBodyBytes} bytes`, "request-3");
    assert.equal(answer.headers.connection, "close");
  });
}

test("a body without an end is cut off", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined); // the reset is what is expected
  socket.write(`POST /invocations HTTP/1.1\r\nHost: x\r\n${headerRequestId}: endless\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536), Buffer.from("\r\n")]);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
  await closed;
  assert.equal((await logged("endless"))["status"], 413);
});

test("a client that leaves does no harm", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write(`POST /invocations HTTP/1.1\r\nHost: x\r\n${headerRequestId}: gone\r\nContent-Length: 100\r\n\r\nhalf`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  const line = await logged("gone");
  assert.equal(line["complete"], false);
  assert.ok(!("status" in line));
  assert.equal((await call("GET", "/ping")).status, 200);
  assert.ok(!parseLines(output).some((one) => one["message"] === "failed" && one["requestId"] === "gone"));
});
