// The requests that the agent takes.

import { Failure, type AgentRequest } from "./protocol.ts";

/** The longest message, in characters: contract.ChatMessageMax. */
export const maxMessage = 8000;

/** What ids of conversations, turns, tickets and people may look like: they stand in keys. */
const idPattern = /^[A-Za-z0-9_:.@-]{1,128}$/;

/**
 * Reads a request, and refuses one that is another tenant's: a runtime serves
 * one tenant, whatever it is asked.
 * @throws Failure "invalid"; it says which field, and not what stands in it.
 */
export function readRequest(body: Buffer, tenantId: string): AgentRequest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Failure("invalid", "the request is not JSON"); // the cause would quote it
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure("invalid", "the request is not an object");
  }
  const fields = value as Record<string, unknown>;
  if (fields["tenantId"] !== tenantId) {
    throw new Failure("invalid", "the request is not of this agent's tenant");
  }
  const id = (name: string): string => {
    const text = fields[name];
    if (typeof text !== "string" || !idPattern.test(text)) {
      throw new Failure("invalid", `${name} is no id`);
    }
    return text;
  };
  const message = fields["message"];
  if (typeof message !== "string" || message.trim() === "") {
    throw new Failure("invalid", "there is no message");
  }
  if ([...message].length > maxMessage) {
    throw new Failure("invalid", `the message has more than ${maxMessage} characters`);
  }
  const ticketId = fields["ticketId"] === undefined || fields["ticketId"] === "" ? {} : { ticketId: id("ticketId") };
  return { tenantId, conversationId: id("conversationId"), turnId: id("turnId"), subject: id("subject"), ...ticketId, message };
}
