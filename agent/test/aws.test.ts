// The real clients, against a stand-in: what they send, and what they make of
// what they get.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { marshall } from "@aws-sdk/util-dynamodb";
import { Agent } from "@strands-agents/sdk";

import { newServices, type Services } from "../src/aws.ts";
import { newModel } from "../src/model.ts";
import { noOverrides } from "../src/overrides.ts";
import { definition } from "./harness.ts";
import { StandIn, says, type Reply } from "./standins.ts";

const replies: Reply[] = [];
const standIn = new StandIn(() => replies.shift() ?? { status: 400, body: "{}" });
const signal = new AbortController().signal;
let services: Services;

before(async () => {
  await standIn.listen();
  Object.assign(process.env, { AWS_ENDPOINT_URL: standIn.url, AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "session" });
  services = newServices("eu-central-1");
});

after(() => standIn.close());

beforeEach(() => {
  standIn.asked.length = 0;
  replies.length = 0;
});

const json = (value: unknown, status = 200): Reply => ({ status, headers: { "content-type": "application/x-amz-json-1.0" }, body: JSON.stringify(value) });
const asked = (): Record<string, unknown> => JSON.parse(standIn.asked[0]?.body ?? "") as Record<string, unknown>;

test("an object is read", async () => {
  replies.push({ body: "text" });
  assert.equal(await services.object("bucket", "definitions/v1/agent.json", signal), "text");
  assert.match(standIn.asked[0]?.path ?? "", /^\/bucket\/definitions\/v1\/agent\.json/);
  assert.match(standIn.asked[0]?.headers.authorization ?? "", /\/eu-central-1\/s3\/aws4_request/);
});

test("an item is read", async () => {
  replies.push(json({ Item: marshall({ a: 1 }) }), json({}));
  const keys = marshall({ PK: "TENANT#acme", SK: "TICKET#1" });
  assert.deepEqual(await services.database.get("tickets", keys, signal), { a: { N: "1" } });
  assert.deepEqual(asked(), { TableName: "tickets", Key: keys });
  assert.equal(await services.database.get("tickets", keys, signal), undefined);
});

test("items are read newest first, by the partition key and what the sort key begins with", async () => {
  replies.push(json({ Items: [marshall({ a: 1 })], LastEvaluatedKey: marshall({ PK: "p" }) }), json({ Items: [] }));
  const page = await services.database.query({ table: "t", partition: ["PK", "TENANT#acme"], begins: ["SK", "CONV#1#MSG#"], limit: 5, from: marshall({ PK: "f" }) }, signal);
  assert.deepEqual(page, { items: [{ a: { N: "1" } }], next: { PK: { S: "p" } } });
  assert.deepEqual(asked(), {
    TableName: "t",
    KeyConditionExpression: "#p = :p AND begins_with(#s, :s)",
    ExpressionAttributeNames: { "#p": "PK", "#s": "SK" },
    ExpressionAttributeValues: { ":p": { S: "TENANT#acme" }, ":s": { S: "CONV#1#MSG#" } },
    ScanIndexForward: false,
    Limit: 5,
    ExclusiveStartKey: { PK: { S: "f" } },
  });
  standIn.asked.length = 0;
  assert.deepEqual(await services.database.query({ table: "t", index: "GSI2", partition: ["GSI2PK", "TENANT#acme"], limit: 1 }, signal), { items: [] });
  assert.deepEqual(asked(), { TableName: "t", IndexName: "GSI2", KeyConditionExpression: "#p = :p", ExpressionAttributeNames: { "#p": "GSI2PK" }, ExpressionAttributeValues: { ":p": { S: "TENANT#acme" } }, ScanIndexForward: false, Limit: 1 });
});

test("an item is put where none stands", async () => {
  const taken = json({ __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", message: "x" }, 400);
  replies.push(json({}), taken, json({ __type: "com.amazonaws.dynamodb.v20120810#ValidationException", message: "x" }, 400));
  const item = marshall({ PK: "TENANT#acme", SK: "ACTION#1" });
  assert.equal(await services.database.add("audit", item, signal), true);
  assert.deepEqual(asked(), { TableName: "audit", Item: item, ConditionExpression: "attribute_not_exists(PK)" });
  assert.equal(await services.database.add("audit", item, signal), false);
  await assert.rejects(services.database.add("audit", item, signal), { name: "ValidationException" });
});

test("a model is invoked", async () => {
  replies.push({ headers: { "content-type": "application/json" }, body: '{"embedding":[1]}' });
  assert.deepEqual(await services.invoke("amazon.titan-embed-text-v2:0", { inputText: "x" }, signal), { embedding: [1] });
  assert.equal(standIn.asked[0]?.path, "/model/amazon.titan-embed-text-v2%3A0/invoke");
  assert.deepEqual(asked(), { inputText: "x" });
});

interface Converse {
  readonly guardrailConfig: unknown;
  readonly inferenceConfig: unknown;
  readonly messages: unknown[];
}

test("every call of the model names the guardrail and its version, synchronously", async () => {
  for (const [overrides, version] of [[noOverrides, "3"], [{ ...noOverrides, guardrailVersion: "12" }, "12"]] as const) {
    standIn.asked.length = 0;
    replies.push(says("Hello."));
    const agent = new Agent({ model: newModel(definition, overrides, "eu-central-1"), printer: false, retryStrategy: null });
    assert.equal((await agent.invoke("hi")).toString(), "Hello.");
    assert.equal(standIn.asked[0]?.path, "/model/global.anthropic.claude-sonnet-4-6/converse-stream");
    const body = asked() as unknown as Converse;
    assert.deepEqual(body.guardrailConfig, { guardrailIdentifier: "gr123", guardrailVersion: version, trace: "enabled", streamProcessingMode: "sync" });
    assert.deepEqual(body.inferenceConfig, { maxTokens: 2048, temperature: 0.2 });
  }
});

for (const [name, action, redacted] of [
  ["blocked", "BLOCKED", true],
  ["masked", "ANONYMIZED", false],
] as const) {
  test(`what the guardrail ${name} is told apart by its trace`, async () => {
    const trace = { guardrail: { outputAssessments: { gr123: [{ sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "x", action, detected: true }], regexes: [] } }] } } };
    replies.push(says("text", "guardrail_intervened", { trace }));
    const agent = new Agent({ model: newModel(definition, noOverrides, "eu-central-1"), printer: false, retryStrategy: null });
    const seen: string[] = [];
    for await (const event of agent.stream("hi")) {
      seen.push(event.type === "modelStreamUpdateEvent" ? event.event.type : event.type);
    }
    assert.equal(seen.includes("modelRedactionEvent"), redacted);
  });
}
