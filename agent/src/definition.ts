// The definition that all tenants' agents are made of: contract.AgentDefinition,
// published by the deploy as one JSON object. What only the provisioner needs of
// it is not read here.

/** contract.AgentDefinitionVersion: the schema that this agent understands. */
export const schemaVersion = 1;

/** Bytes that a definition may have. */
const maxDefinition = 1024 * 1024;

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly requiresConfirmation: boolean;
  /** JSON Schema of an object */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface Member {
  readonly name: string;
  readonly instruction: string;
  readonly tools: readonly string[];
}

export interface Definition {
  readonly members: readonly [Member, ...Member[]];
  readonly tools: readonly ToolDefinition[];
  readonly model: { readonly id: string; readonly temperature: number; readonly maxTokens: number };
  readonly guardrail: { readonly id: string; readonly version: string };
  readonly retrieval: Retrieval;
  readonly tables: { readonly tickets: string; readonly conversations: string; readonly audit: string };
}

export interface Retrieval {
  /** host of the search domain */
  readonly endpoint: string;
  /** the tenant's id follows */
  readonly aliasPrefix: string;
  readonly embeddingModelId: string;
  readonly dimensions: number;
  /** least score of a passage, 0 to 1 */
  readonly minScore: number;
  /** passages handed to the model by one search */
  readonly maxSources: number;
}

/**
 * Reads a definition and checks what the agent relies on.
 * @throws Error that names the field which is not as it must be.
 */
export function parseDefinition(text: string): Definition {
  if (Buffer.byteLength(text) > maxDefinition) {
    throw new Error(`the definition has more than ${maxDefinition} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("the definition is not JSON");
  }
  const root = new Fields(value, "definition");
  if (root.number("schemaVersion") !== schemaVersion) {
    throw new Error(`the definition's schemaVersion is not ${schemaVersion}`);
  }
  const tools = root.list("tools").map((tool) => ({
    name: tool.text("name"),
    description: tool.text("description"),
    requiresConfirmation: tool.flag("requiresConfirmation"),
    inputSchema: tool.object("inputSchema").value,
  }));
  const [first, ...others] = root.list("members").map((member) => ({
    name: member.text("name"),
    instruction: member.text("instruction"),
    tools: member.texts("tools"),
  }));
  if (first === undefined) {
    throw new Error("the definition has no members");
  }
  const model = root.object("model");
  const guardrail = root.object("guardrail");
  const retrieval = root.object("retrieval");
  const tables = root.object("tables");
  return {
    members: [first, ...others],
    tools,
    model: { id: model.text("id"), temperature: model.number("temperature", 0, 1), maxTokens: model.number("maxTokens", 1) },
    guardrail: { id: guardrail.text("id"), version: guardrail.text("version", /^[1-9][0-9]{0,7}$/) },
    retrieval: {
      endpoint: retrieval.text("endpoint", /^[A-Za-z0-9.:-]+$/),
      aliasPrefix: retrieval.text("aliasPrefix", /^[a-z0-9-]+$/),
      embeddingModelId: retrieval.text("embeddingModelId"),
      dimensions: retrieval.number("dimensions", 1),
      minScore: retrieval.number("minScore", 0, 1),
      maxSources: retrieval.number("maxSources", 1, 20),
    },
    tables: { tickets: tables.text("tickets"), conversations: tables.text("conversations"), audit: tables.text("audit") },
  };
}

/** The fields of an object, each checked as it is read. */
class Fields {
  readonly value: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`${path} is not an object`);
    }
    this.value = value as Record<string, unknown>;
    this.#path = path;
  }

  #wrong(name: string, what: string): Error {
    return new Error(`${this.#path}.${name} is not ${what}`);
  }

  object(name: string): Fields {
    return new Fields(this.value[name], `${this.#path}.${name}`);
  }

  list(name: string): Fields[] {
    const value = this.value[name];
    if (!Array.isArray(value) || value.length === 0) {
      throw this.#wrong(name, "a list with something in it");
    }
    return value.map((entry, n) => new Fields(entry, `${this.#path}.${name}[${n}]`));
  }

  text(name: string, pattern = /\S/): string {
    const value = this.value[name];
    if (typeof value !== "string" || !pattern.test(value)) {
      throw this.#wrong(name, `a text like ${pattern.source}`);
    }
    return value;
  }

  texts(name: string): string[] {
    const value = this.value[name];
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) {
      throw this.#wrong(name, "a list of texts");
    }
    return value as string[];
  }

  number(name: string, least = -Infinity, most = Infinity): number {
    const value = this.value[name];
    if (typeof value !== "number" || value < least || value > most) {
      throw this.#wrong(name, `a number from ${least} to ${most}`);
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.value[name];
    if (typeof value !== "boolean") {
      throw this.#wrong(name, "true or false");
    }
    return value;
  }
}
