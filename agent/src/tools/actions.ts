// The tools that propose something or call a person. They do nothing but write
// down that it was asked for: an item of the audit table, at the place of a
// request. A person, or the platform, goes on from there.

import { marshall } from "@aws-sdk/util-dynamodb";
import type { JSONValue } from "@strands-agents/sdk";

import type { Database } from "../aws.ts";
import type { ToolDefinition } from "../definition.ts";
import { auditRequest, key, patterns, pk, sk } from "../keys.ts";
import type { Action, ActionType, AgentRequest } from "../protocol.ts";
import { redactJSON } from "../redact/redact.ts";
import { timeOf, uuidOf } from "../uuid7.ts";
import type { Turn } from "../turn.ts";
import { Refusal, type Run } from "./tool.ts";

export const actionTypes: readonly ActionType[] = ["create_ticket", "escalate_to_human", "request_logs"];

export function isAction(name: string): name is ActionType {
  return (actionTypes as readonly string[]).includes(name);
}

/** contract.ActionLifetime, in milliseconds: how long a pending action can be confirmed. */
export const lifetime = 24 * 60 * 60 * 1000;

/** Actions of one turn: more than a person asks for at once. */
const maxActions = 5;

/** Bytes of an action's input. contract.ActionInputMax is 64 KiB; agent-invoke hands on 40 KiB of all inputs together. */
const maxInput = 16 * 1024;

/** contract.ByAgent */
const byAgent = "agent";

/** RFC 3339, UTC, with milliseconds. */
const time = (milliseconds: number): string => new Date(milliseconds).toISOString();

export interface Audit {
  readonly database: Database;
  readonly table: string;
  readonly now: () => number;
}

/** Requests an action, and takes it into the turn. */
export function requestAction(turn: Turn, definition: ToolDefinition, request: AgentRequest, audit: Audit): Run {
  const type = definition.name as ActionType;
  return async (input, signal) => {
    const problem = inconsistent(type, input);
    if (problem !== undefined) {
      throw new Refusal(problem);
    }
    const clean = redactJSON(input);
    const json = canonical(clean);
    if (Buffer.byteLength(json) > maxInput) {
      throw new Refusal(`The input has more than ${maxInput} bytes.`);
    }
    const standing = turn.actions.find((known) => known.type === type && (type === "escalate_to_human" || canonical(known.input) === json));
    if (standing !== undefined) {
      return told(standing, definition); // asked for twice in a turn
    }
    if (turn.actions.length >= maxActions) {
      throw new Refusal(`There are ${maxActions} actions in this turn already.`);
    }
    const requested = requestedAt(request.turnId, audit.now());
    const action: Action = {
      actionId: uuidOf(requested, request.tenantId, request.conversationId, request.turnId, request.subject, type, json),
      type,
      step: "requested",
      input: clean,
      conversationId: request.conversationId,
      ...(request.ticketId === undefined ? {} : { ticketId: request.ticketId }),
      expiresAt: time(requested + lifetime),
    };
    const item = {
      [pk]: key(patterns.tenant, request.tenantId),
      [sk]: key(patterns.action, time(requested), `${action.actionId}.${auditRequest}`),
      tenantId: request.tenantId,
      actionId: action.actionId,
      type,
      step: action.step,
      at: time(requested),
      by: byAgent,
      conversationId: request.conversationId,
      ...(request.ticketId === undefined ? {} : { ticketId: request.ticketId }),
      input: json,
      validUntil: action.expiresAt,
    };
    // false: a call before, whose answer was lost, wrote this very item. Its id
    // and its key are made of what it is.
    await audit.database.add(audit.table, marshall(item), signal);
    turn.acted(action, definition.requiresConfirmation);
    return told(action, definition);
  };
}

/** Milliseconds that a turn may be old, for its time to be that of its actions. */
const turnLifetime = 15 * 60 * 1000;

/**
 * When an action was requested: at the time of its turn, where the turn's id
 * has one. A turn that is tried again makes the same actions, then, not others.
 */
function requestedAt(turnId: string, now: number): number {
  const turn = timeOf(turnId);
  return turn !== undefined && turn <= now && turn > now - turnLifetime ? turn : Math.trunc(now);
}

function told({ actionId, expiresAt }: Action, { requiresConfirmation }: ToolDefinition): JSONValue {
  return requiresConfirmation
    ? { actionId, status: "proposed", expiresAt, note: "Nothing has happened. A person must confirm it first." }
    : { actionId, status: "requested", note: "A person of the support team is called." };
}

/** What a schema can't say of an input. */
function inconsistent(type: ActionType, input: Record<string, unknown>): string | undefined {
  if (type === "request_logs" && Date.parse(String(input["from"])) >= Date.parse(String(input["to"]))) {
    return '"from" is not before "to".';
  }
  return Object.values(input).some((value) => typeof value === "string" && value.trim() === "") ? "A field is blank." : undefined;
}

/** JSON with sorted keys: the same of the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
