// The tools that a tenant's agent has: those of the definition that are built
// here and that the tenant has not disabled. Others don't exist for the model.

import type { Services } from "../aws.ts";
import type { Definition, ToolDefinition } from "../definition.ts";
import type { Embed } from "../embed.ts";
import type { Logger } from "../log.ts";
import type { Overrides } from "../overrides.ts";
import type { AgentRequest } from "../protocol.ts";
import type { Nearest } from "../search.ts";
import type { Turn } from "../turn.ts";
import { isAction, requestAction } from "./actions.ts";
import { searchKnowledgeBase } from "./knowledge.ts";
import { checkOf, type Check } from "./schema.ts";
import { getTicketHistory } from "./tickets.ts";
import { AgentTool, type Run } from "./tool.ts";

export const searchTool = "search_knowledge_base";
export const ticketTool = "get_ticket_history";

/** A tool that the tenant has, and the check of its input. */
export interface EnabledTool {
  readonly definition: ToolDefinition;
  readonly check: Check;
}

/**
 * The tools that the tenant has.
 * @throws Error where a schema is none.
 */
export function enabledTools(definition: Definition, overrides: Overrides, log: Logger): EnabledTool[] {
  const own = new Map(overrides.tools.map((tool) => [tool.name, tool]));
  return definition.tools.flatMap((tool) => {
    if (tool.name !== searchTool && tool.name !== ticketTool && !isAction(tool.name)) {
      log.warn("the definition has a tool that this agent can't do", { tool: tool.name });
      return [];
    }
    const setting = own.get(tool.name);
    if (setting?.enabled === false) {
      return [];
    }
    const changed = { ...tool, ...(setting?.description === undefined ? {} : { description: setting.description }) };
    return [{ definition: changed, check: checkOf(tool.inputSchema) }];
  });
}

/** What tools are made of, beside the turn. */
export interface Means {
  readonly definition: Definition;
  readonly tenantId: string;
  readonly services: Services;
  readonly embed: Embed;
  readonly nearest: Nearest;
  readonly now: () => number;
}

/** The tools of one turn, of those with these names. */
export function toolsOf(enabled: readonly EnabledTool[], names: readonly string[], turn: Turn, request: AgentRequest, means: Means): AgentTool[] {
  return enabled
    .filter(({ definition }) => names.includes(definition.name))
    .map(({ definition, check }) => new AgentTool({ definition, check, run: runOf(definition, turn, request, means), log: turn.log, abort: (failure) => turn.abort(failure) }));
}

function runOf(tool: ToolDefinition, turn: Turn, request: AgentRequest, { definition, tenantId, services, embed, nearest, now }: Means): Run {
  if (tool.name === searchTool) {
    return searchKnowledgeBase(turn, definition.retrieval, embed, nearest);
  }
  if (tool.name === ticketTool) {
    return getTicketHistory(turn, tenantId, services.database, definition.tables.tickets);
  }
  return requestAction(turn, tool, request, { database: services.database, table: definition.tables.audit, now });
}
