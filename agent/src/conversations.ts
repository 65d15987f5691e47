// The messages of a conversation, as the conversations table has them.

import { unmarshall } from "@aws-sdk/util-dynamodb";

import type { Database } from "./aws.ts";
import { key, messagesOf, patterns, pk, sk } from "./keys.ts";

export interface Said {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** Messages that are read of a conversation: its last ones. */
const maxMessages = 200;
const pageSize = 50;

/** Reads the last messages of a tenant's conversation, oldest first. */
export type ReadConversation = (conversationId: string, signal: AbortSignal) => Promise<Said[]>;

export function newConversations(tenantId: string, database: Database, table: string): ReadConversation {
  const partition = key(patterns.tenant, tenantId);
  return async (conversationId, signal) => {
    const begins = messagesOf(conversationId);
    const newestFirst: Said[] = [];
    let from: Parameters<Database["query"]>[0]["from"];
    do {
      const page = await database.query({ table, partition: [pk, partition], begins: [sk, begins], limit: pageSize, ...(from === undefined ? {} : { from }) }, signal);
      for (const item of page.items) {
        const { tenantId: owner, conversationId: conversation, messageId, role, content } = unmarshall(item);
        if (owner !== tenantId || conversation !== conversationId || typeof messageId !== "string" || typeof content !== "string") {
          throw new Error("an item is not a message of the conversation");
        }
        if (role === "user" || role === "assistant") {
          newestFirst.push({ id: messageId, role, content });
        }
      }
      from = page.next;
    } while (from !== undefined && newestFirst.length < maxMessages);
    return newestFirst.slice(0, maxMessages).reverse();
  };
}
