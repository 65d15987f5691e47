// Stand-ins of services: an HTTP server that answers as they do.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export class StandIn {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  url = "";

  constructor(answer: (asked: Asked) => Reply | Promise<Reply>) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const asked = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
        this.asked.push(asked);
        void Promise.resolve(answer(asked)).then(({ status = 200, headers = {}, body }) => {
          response.writeHead(status, headers);
          response.end(body);
        });
      });
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value >>> 0;
});

function crc32(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = (value >>> 8) ^ (crcTable[(value ^ byte) & 0xff] ?? 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** A message of application/vnd.amazon.eventstream. */
function eventMessage(type: string, payload: unknown): Buffer {
  const headers = Buffer.concat(
    Object.entries({ ":message-type": "event", ":event-type": type, ":content-type": "application/json" }).map(([name, value]) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(value.length);
      return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
    }),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length);
  prelude.writeUInt32BE(headers.length, 4);
  const sum = (...parts: Buffer[]): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(Buffer.concat(parts)));
    return bytes;
  };
  const head = Buffer.concat([prelude, sum(prelude)]);
  return Buffer.concat([head, headers, body, sum(head, headers, body)]);
}

/** The answer of ConverseStream. */
export function converseStream(...events: (readonly [type: string, payload: unknown])[]): Reply {
  return { headers: { "content-type": "application/vnd.amazon.eventstream" }, body: Buffer.concat(events.map(([type, payload]) => eventMessage(type, payload))) };
}

const metadata = (more: object = {}) => ["metadata", { usage: { inputTokens: 50, outputTokens: 7, totalTokens: 57 }, metrics: { latencyMs: 1 }, ...more }] as const;

/** A model that says something. */
export function says(text: string, stopReason = "end_turn", more: object = {}): Reply {
  return converseStream(
    ["messageStart", { role: "assistant" }],
    ["contentBlockDelta", { contentBlockIndex: 0, delta: { text } }],
    ["contentBlockStop", { contentBlockIndex: 0 }],
    ["messageStop", { stopReason }],
    metadata(more),
  );
}

/** A model that calls a tool. */
export function uses(name: string, input: unknown): Reply {
  return converseStream(
    ["messageStart", { role: "assistant" }],
    ["contentBlockStart", { contentBlockIndex: 0, start: { toolUse: { toolUseId: "use-1", name } } }],
    ["contentBlockDelta", { contentBlockIndex: 0, delta: { toolUse: { input: JSON.stringify(input) } } }],
    ["contentBlockStop", { contentBlockIndex: 0 }],
    ["messageStop", { stopReason: "tool_use" }],
    metadata(),
  );
}
