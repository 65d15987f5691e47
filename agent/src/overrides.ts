// What a tenant's agent has of its own, beside the definition that all share.
// The provisioner sets it as one environment variable, AGENT_OVERRIDES: a JSON
// object, made of the tenant's item in the agents table. AgentCore's limit of a
// variable is 5,000 characters (CreateAgentRuntime, environmentVariables).

/** Bytes that the variable may have. */
export const maxOverrides = 4096;

/** A tool as the tenant has it; contract.AgentTool. */
export interface ToolOverride {
  readonly name: string;
  /** Replaces the definition's, where it is not empty. */
  readonly description?: string;
  readonly enabled: boolean;
}

export interface Overrides {
  /** "swarm" makes specialists of the agent. */
  readonly agentType: "single" | "swarm";
  /** What the agent calls itself. */
  readonly name?: string;
  /** A frozen version of the definition's guardrail, while another one is rolled out. */
  readonly guardrailVersion?: string;
  /** A tool that is not listed is as the definition has it. */
  readonly tools: readonly ToolOverride[];
}

export const noOverrides: Overrides = { agentType: "single", tools: [] };

/** Letters, digits and spaces: the name stands in the prompt. */
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} .'&-]{0,59}$/u;
const toolPattern = /^[a-z][a-z0-9_]{0,63}$/;
const versionPattern = /^[1-9][0-9]{0,7}$/;
const maxDescription = 500;
const maxTools = 20;

/**
 * Reads the variable; undefined and "" are no overrides.
 * @throws Error that says what is wrong. A setting that is not understood must not pass for none: it may disable a tool.
 */
export function parseOverrides(text: string | undefined): Overrides {
  if (text === undefined || text.trim() === "") {
    return noOverrides;
  }
  if (Buffer.byteLength(text) > maxOverrides) {
    throw new Error(`it has more than ${maxOverrides} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
  const { agentType, name, guardrailVersion, tools, ...unknown } = object(value, "it");
  none(unknown, "it");
  if (agentType !== undefined && agentType !== "single" && agentType !== "swarm") {
    throw new Error('agentType is neither "single" nor "swarm"');
  }
  if (tools !== undefined && (!Array.isArray(tools) || tools.length > maxTools)) {
    throw new Error(`tools is not a list of at most ${maxTools}`);
  }
  return {
    agentType: agentType ?? "single",
    ...matching("name", name, namePattern),
    ...matching("guardrailVersion", guardrailVersion, versionPattern),
    tools: ((tools as unknown[] | undefined) ?? []).map(toolOverride),
  };
}

function toolOverride(value: unknown): ToolOverride {
  // requiresConfirmation is the definition's to say: what a tool does is code.
  const { name, description, enabled, requiresConfirmation, ...unknown } = object(value, "a tool");
  none(unknown, "a tool");
  if (typeof name !== "string" || !toolPattern.test(name)) {
    throw new Error("a tool has no name");
  }
  if (typeof enabled !== "boolean") {
    throw new Error(`tool ${name} is neither enabled nor disabled`);
  }
  if (requiresConfirmation !== undefined && typeof requiresConfirmation !== "boolean") {
    throw new Error(`requiresConfirmation of tool ${name} is neither true nor false`);
  }
  if (description !== undefined && (typeof description !== "string" || description.length > maxDescription)) {
    throw new Error(`the description of tool ${name} is not a text of at most ${maxDescription} characters`);
  }
  return { name, enabled, ...(description !== undefined && description.trim() !== "" ? { description } : {}) };
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${what} is not an object`);
  }
  return value as Record<string, unknown>;
}

function none(unknown: Record<string, unknown>, what: string): void {
  const names = Object.keys(unknown);
  if (names.length > 0) {
    throw new Error(`${what} has unknown fields: ${names.join(", ")}`);
  }
}

function matching<K extends string>(key: K, value: unknown, pattern: RegExp): { readonly [P in K]?: string } {
  if (value === undefined || value === "") {
    return {};
  }
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new Error(`${key} does not match ${pattern.source}`);
  }
  return { [key]: value } as { readonly [P in K]?: string };
}
