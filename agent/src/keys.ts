// The keys of the tables that the agent uses: contract/tables.go, in TypeScript.

/** Names of a table's key attributes, and of the index by tenant and time. */
export const pk = "PK";
export const sk = "SK";
export const updatedIndex = { name: "GSI2", pk: "GSI2PK", sk: "GSI2SK" } as const;

export const patterns = {
  tenant: "TENANT#<t>",
  ticket: "TICKET#<id>",
  message: "CONV#<conversation>#MSG#<message>",
  action: "ACTION#<time>#<id>",
} as const;

/** The place of an action's request: contract.AuditRequest. */
export const auditRequest = "1-request";

/**
 * Fills a pattern's "<x>" in order; contract.Key.
 * @throws Error where a value is empty or holds "#", which would make it another key.
 */
export function key(pattern: string, ...values: readonly string[]): string {
  let n = 0;
  const filled = pattern.replace(/<[^>]*>/g, () => {
    const value = values[n++];
    if (value === undefined || value === "" || value.includes("#")) {
      throw new Error(`key ${pattern}: value ${n} is missing, empty or holds "#"`);
    }
    return value;
  });
  if (n !== values.length) {
    throw new Error(`key ${pattern} takes ${n} values`);
  }
  return filled;
}

/** What the keys of a conversation's messages begin with. */
export function messagesOf(conversationId: string): string {
  return key(patterns.message.slice(0, patterns.message.indexOf("<message>")), conversationId);
}
