import assert from "node:assert/strict";
import { test } from "node:test";

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

import { newEmbed } from "../src/embed.ts";
import { newSearch } from "../src/search.ts";
import { maxAnswer, sender } from "../src/send.ts";
import { definition } from "./harness.ts";

const signer = new SignatureV4({ service: "es", region: "eu-central-1", credentials: { accessKeyId: "AKID", secretAccessKey: "secret", sessionToken: "session" }, sha256: Sha256 });

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** A domain that gives these answers, one after the other. */
function domain(...answers: (() => Response | Promise<Response>)[]): { sent: Sent[]; http: typeof fetch } {
  const sent: Sent[] = [];
  const http = async (url: unknown, init?: RequestInit): Promise<Response> => {
    sent.push({ url: String(url), init: init ?? {} });
    return await (answers.shift() ?? (() => new Response("", { status: 500 })))();
  };
  return { sent, http: http as typeof fetch };
}

const ok = () => new Response("fine");
const status = (code: number) => () => new Response("secret", { status: code });
const refused = () => Promise.reject(new TypeError("fetch failed"));
const request = { endpoint: "search.example.com", path: "/flowops-vectors-acme/_search", query: { routing: "acme", allow_partial_search_results: "false" }, body: '{"size":1}' };
const signal = new AbortController().signal;
const noWait = async () => undefined;

test("a request is a POST to the path, with a signature of the service es that covers the body", async () => {
  const { sent, http } = domain(ok);
  assert.equal(await sender(signer, http)(request, signal), "fine");
  const [{ url, init } = { url: "", init: {} }] = sent;
  assert.equal(url, "https://search.example.com/flowops-vectors-acme/_search?routing=acme&allow_partial_search_results=false");
  assert.deepEqual([init.method, init.body, init.redirect], ["POST", '{"size":1}', "error"]);
  const headers = new Headers(init.headers);
  assert.match(headers.get("authorization") ?? "", /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/es\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/);
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("x-amz-security-token"), "session");
});

for (const [name, answers, calls, outcome] of [
  ["throttled once", [status(429), ok], 2, "fine"],
  ["out of reach twice", [refused, refused, ok], 3, "fine"],
  ["down for good", [status(503), status(502), status(504), ok], 3, "SearchUnavailable"],
  ["out of reach for good", [refused, refused, refused, ok], 3, "SearchUnavailable"],
  ["forbidden", [status(403), ok], 1, "SearchError"],
  ["an error of its own", [status(500), ok], 1, "SearchError"],
] as const) {
  test(`a domain that is ${name}`, async () => {
    const { sent, http } = domain(...answers);
    const got = await sender(signer, http, noWait)(request, signal).catch((error: unknown) => {
      assert.ok(error instanceof Error && !error.message.includes("secret"));
      return error.name;
    });
    assert.deepEqual([got, sent.length], [outcome, calls]);
  });
}

test("an answer that is too large is refused", async () => {
  const { http } = domain(() => new Response("x".repeat(maxAnswer + 1)));
  await assert.rejects(sender(signer, http)(request, signal), { name: "SearchError" });
  assert.equal((await sender(signer, domain(() => new Response("x".repeat(maxAnswer))).http)(request, signal)).length, maxAnswer);
});

test("what was given up is not tried again", async () => {
  const end = new AbortController();
  const { sent, http } = domain(() => {
    end.abort(new Error("given up"));
    return refused();
  }, ok);
  await assert.rejects(sender(signer, http)(request, end.signal));
  assert.equal(sent.length, 1);
  await assert.rejects(sender(signer, http)(request, end.signal), /given up/);
  assert.equal(sent.length, 1);
});

test("attempts are apart, and a turn that ends does not wait", async () => {
  const { sent, http } = domain(status(429), ok);
  await sender(signer, http)(request, signal);
  assert.equal(sent.length, 2);
  const end = new AbortController();
  const other = domain(status(429), ok);
  const going = sender(signer, other.http)(request, end.signal);
  setImmediate(() => end.abort());
  await going.catch(() => undefined);
});

const hit = { _score: 0.9, _source: { tenantId: "acme", documentId: "d", version: 2, chunkIndex: 3, chunkText: "text", metadata: { title: "T", section: "S", pageNumber: 4 } } };
const answer = (hits: unknown, more: object = {}) => JSON.stringify({ timed_out: false, _shards: { failed: 0 }, hits: { hits }, ...more });
const nearest = async (text: string) => await newSearch(definition.retrieval, "acme", async () => text)([1, 2], 2, signal);

test("passages are read as they are", async () => {
  assert.deepEqual(await nearest(answer([hit, { _score: 0.59, _source: hit._source }])), {
    passages: [{ documentId: "d", title: "T", section: "S", page: 4, version: 2, chunk: 3, text: "text", score: 0.9 }],
    best: 0.9,
  });
  assert.deepEqual(await nearest(answer([{ _score: 0.55, _source: hit._source }, { _score: 0.59, _source: hit._source }])), { passages: [], best: 0.59 });
  assert.deepEqual(await nearest(answer([{ _score: 1.5, _source: { ...hit._source, metadata: {}, chunkIndex: undefined } }])), { passages: [{ documentId: "d", title: "", version: 2, chunk: 0, text: "text", score: 1 }], best: 1 });
  assert.deepEqual(await nearest(answer([])), { passages: [], best: 0 });
});

for (const [name, text, error] of [
  ["no JSON", "secret", "SearchError"],
  ["null", "null", "SearchError"],
  ["no hits", '{"_shards":{"failed":0}}', "SearchError"],
  ["no shards", '{"hits":{"hits":[]}}', "SearchError"],
  ["more hits than were asked for", answer([hit, hit, hit]), "SearchError"],
  ["a failed shard", answer([hit], { _shards: { failed: 1 } }), "SearchUnavailable"],
  ["out of time", answer([hit], { timed_out: true }), "SearchUnavailable"],
  ["no source", answer([{ _score: 1 }]), "Failure"],
  ["another tenant's", answer([{ _score: 1, _source: { ...hit._source, tenantId: "acme2" } }]), "Failure"],
  ["no score", answer([{ _source: hit._source }]), "SearchError"],
  ["no document", answer([{ _score: 1, _source: { ...hit._source, documentId: "" } }]), "SearchError"],
  ["no text", answer([{ _score: 1, _source: { ...hit._source, chunkText: 1 } }]), "SearchError"],
] as const) {
  test(`an answer that is none: ${name}`, async () => {
    await assert.rejects(nearest(text), (thrown: unknown) => thrown instanceof Error && thrown.name === error && !thrown.message.includes("secret"));
  });
}

test("an embedding is asked for with the definition's dimensions, and bounded text", async () => {
  const asked: unknown[] = [];
  const embed = newEmbed(definition.retrieval, async (model, body) => {
    asked.push(model, body);
    return { embedding: [0.1, 0.2] };
  });
  assert.deepEqual(await embed("x".repeat(9_000), signal), [0.1, 0.2]);
  assert.deepEqual(asked, ["amazon.titan-embed-text-v2:0", { inputText: "x".repeat(8_000), dimensions: 2, normalize: true }]);
});

for (const embedding of [undefined, "x", [1], [1, 2, 3], [1, "2"], [1, null], [0, 0]]) {
  test(`an embedding that is none: ${JSON.stringify(embedding)}`, async () => {
    await assert.rejects(newEmbed(definition.retrieval, async () => ({ embedding }))("x", signal), { name: "SearchError" });
  });
}
