// The services that the agent calls, as it calls them. The tenant's role lets it
// do no more than stands here.

import { Sha256 } from "@aws-crypto/sha256-js";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";

import { sender, type Send } from "./send.ts";

export type Item = Record<string, AttributeValue>;

/** The tables, as the tenant's role reaches them. */
export interface Database {
  get(table: string, keys: Item, signal: AbortSignal): Promise<Item | undefined>;
  query(query: ItemQuery, signal: AbortSignal): Promise<ItemPage>;
  /** Puts an item where none has its key; false where one has. */
  add(table: string, item: Item, signal: AbortSignal): Promise<boolean>;
}

export interface ItemQuery {
  readonly table: string;
  readonly index?: string;
  /** Names and values of the partition key, and of what the sort key begins with. */
  readonly partition: readonly [name: string, value: string];
  readonly begins?: readonly [name: string, value: string];
  readonly limit: number;
  readonly from?: Item;
}

export interface ItemPage {
  /** newest first */
  readonly items: readonly Item[];
  /** where more begin */
  readonly next?: Item;
}

export interface Services {
  /** Reads a text object. */
  object(bucket: string, key: string, signal: AbortSignal): Promise<string>;
  readonly database: Database;
  /** Invokes a model with a JSON body and returns its JSON answer. */
  invoke(modelId: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /** Sends a signed request to the search domain. */
  readonly search: Send;
}

/** Milliseconds of one attempt of a call, and how many there are. */
const limits = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true };
const maxAttempts = 3;

/** The services of a region, with the credentials of the runtime's role. */
export function newServices(region: string): Services {
  // HTTP/1.1 for all: Bedrock's client would take HTTP/2, whose sessions outlive their peers.
  const config = { region, maxAttempts, credentials: defaultProvider(), requestHandler: new NodeHttpHandler(limits) };
  // Where all services are behind one address, buckets have no hosts of their own.
  const s3 = new S3Client({ ...config, forcePathStyle: (process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]) !== undefined });
  const bedrock = new BedrockRuntimeClient(config);
  const signer = new SignatureV4({ service: "es", region, credentials: config.credentials, sha256: Sha256 });
  return {
    async object(Bucket, Key, abortSignal) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
      return (await Body?.transformToString()) ?? "";
    },
    database: database(new DynamoDBClient(config)),
    async invoke(modelId, body, abortSignal) {
      const command = new InvokeModelCommand({ modelId, contentType: "application/json", accept: "application/json", body: JSON.stringify(body) });
      const { body: answer } = await bedrock.send(command, { abortSignal });
      return JSON.parse(new TextDecoder().decode(answer)) as unknown;
    },
    search: sender(signer, fetch),
  };
}

function database(client: DynamoDBClient): Database {
  return {
    async get(TableName, Key, abortSignal) {
      return (await client.send(new GetItemCommand({ TableName, Key }), { abortSignal })).Item;
    },
    async query({ table, index, partition, begins, limit, from }, abortSignal) {
      const command = new QueryCommand({
        TableName: table,
        ...(index === undefined ? {} : { IndexName: index }),
        KeyConditionExpression: begins === undefined ? "#p = :p" : "#p = :p AND begins_with(#s, :s)",
        ExpressionAttributeNames: { "#p": partition[0], ...(begins === undefined ? {} : { "#s": begins[0] }) },
        ExpressionAttributeValues: { ":p": { S: partition[1] }, ...(begins === undefined ? {} : { ":s": { S: begins[1] } }) },
        ScanIndexForward: false,
        Limit: limit,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items, LastEvaluatedKey } = await client.send(command, { abortSignal });
      return { items: Items ?? [], ...(LastEvaluatedKey === undefined ? {} : { next: LastEvaluatedKey }) };
    },
    async add(TableName, Item, abortSignal) {
      try {
        await client.send(new PutItemCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(PK)" }), { abortSignal });
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === "ConditionalCheckFailedException") {
          return false;
        }
        throw error;
      }
    },
  };
}
