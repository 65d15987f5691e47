// A tenant's agent with a scripted model and services in memory.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { Model, type BaseModelConfig, type Message, type ModelStreamEvent, type StreamOptions } from "@strands-agents/sdk";

import { newAgent, type TenantAgent } from "../src/agent.ts";
import type { Item, ItemQuery, Services } from "../src/aws.ts";
import { parseDefinition, type Definition } from "../src/definition.ts";
import { newLogger } from "../src/log.ts";
import { noOverrides, type Overrides } from "../src/overrides.ts";
import type { AgentAnswer, AgentEvent, AgentRequest } from "../src/protocol.ts";
import type { SearchRequest } from "../src/send.ts";
import { parseLines, root, type Line } from "./support.ts";

/** What the scripted model does in one call. */
export interface Step {
  /** Pieces of text, as they are streamed. */
  readonly text?: string | readonly string[];
  readonly calls?: readonly { readonly name: string; readonly input: unknown }[];
  readonly stop?: string;
  /** Text is blocked by the guardrail. */
  readonly redact?: boolean;
  /** Thrown: before anything, or after the text. */
  readonly fail?: Error;
  readonly failAfter?: Error;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number; readonly cacheReadInputTokens?: number };
  /** Called when the call begins. */
  readonly before?: () => void | Promise<void>;
}

/** A call that the model got. */
export interface Seen {
  readonly system: string;
  readonly tools: readonly string[];
  readonly messages: readonly Message[];
  /** All of the messages, as JSON. */
  readonly text: string;
}

let toolUses = 0;

/** A model that follows a script. It fails where the script is over. */
export class Scripted extends Model {
  readonly steps: Step[];
  readonly seen: Seen[] = [];

  constructor(...steps: Step[]) {
    super();
    this.steps = steps;
  }

  override updateConfig(): void {}

  override getConfig(): BaseModelConfig {
    return { modelId: "scripted", contextWindowLimit: 200_000 };
  }

  override async *stream(messages: Message[], options?: StreamOptions): AsyncIterable<ModelStreamEvent> {
    const step = this.steps.shift();
    this.seen.push({
      system: typeof options?.systemPrompt === "string" ? options.systemPrompt : JSON.stringify(options?.systemPrompt ?? ""),
      tools: (options?.toolSpecs ?? []).map(({ name }) => name),
      messages: [...messages],
      text: JSON.stringify(messages),
    });
    if (step === undefined) {
      throw new Error("the script is over");
    }
    await step.before?.();
    if (step.fail !== undefined) {
      throw step.fail;
    }
    yield { type: "modelMessageStartEvent", role: "assistant" };
    const pieces = step.text === undefined ? [] : typeof step.text === "string" ? [step.text] : step.text;
    if (pieces.length > 0) {
      yield { type: "modelContentBlockStartEvent" };
      for (const text of pieces) {
        yield { type: "modelContentBlockDeltaEvent", delta: { type: "textDelta", text } };
      }
      yield { type: "modelContentBlockStopEvent" };
    }
    if (step.failAfter !== undefined) {
      throw step.failAfter;
    }
    for (const { name, input } of step.calls ?? []) {
      yield { type: "modelContentBlockStartEvent", start: { type: "toolUseStart", name, toolUseId: `use-${++toolUses}` } };
      yield { type: "modelContentBlockDeltaEvent", delta: { type: "toolUseInputDelta", input: JSON.stringify(input) } };
      yield { type: "modelContentBlockStopEvent" };
    }
    yield { type: "modelMessageStopEvent", stopReason: step.stop ?? ((step.calls?.length ?? 0) > 0 ? "toolUse" : "endTurn") };
    if (step.redact === true) {
      yield { type: "modelRedactionEvent", inputRedaction: { replaceContent: "[redacted]" } };
    }
    const usage = step.usage ?? { inputTokens: 100, outputTokens: 10 };
    yield { type: "modelMetadataEvent", usage: { ...usage, totalTokens: usage.inputTokens + usage.outputTokens } };
  }
}

/** A call of a tool, as a step. */
export const call = (name: string, input: unknown): Step => ({ calls: [{ name, input }] });
export const search = (query = "settings"): Step => call("search_knowledge_base", { query });

export interface Hit {
  readonly documentId: string;
  readonly text: string;
  readonly score: number;
  readonly title?: string;
  readonly section?: string;
  readonly page?: number;
  readonly chunk?: number;
  readonly tenantId?: string;
}

export const manual: Hit = { documentId: "doc-1", title: "Manual", section: "Reset", page: 7, text: "Hold the button for ten seconds. See https://docs.example.com/reset for pictures.", score: 0.82 };
export const faq: Hit = { documentId: "doc-2", title: "FAQ", text: "The light blinks twice after a reset.", score: 0.7 };

/** Services in memory, and what was asked of them. */
export class FakeServices implements Services {
  hits: readonly Hit[] = [];
  readonly searches: SearchRequest[] = [];
  readonly embedded: { readonly model: string; readonly body: Record<string, unknown> }[] = [];
  readonly items = new Map<string, Item[]>();
  readonly queries: ItemQuery[] = [];
  /** Errors to come, by operation; each is thrown once. */
  readonly faults: { operation: "object" | "get" | "query" | "add" | "invoke" | "search"; error: Error; after?: boolean }[] = [];
  objects = new Map<string, string>();
  vector: unknown = [0.6, 0.8];
  readonly #tenant: string;

  constructor(tenant = "acme") {
    this.#tenant = tenant;
  }

  async #may<T>(operation: (typeof this.faults)[number]["operation"], run: () => T): Promise<T> {
    const at = this.faults.findIndex((fault) => fault.operation === operation);
    if (at < 0) {
      return run();
    }
    const [fault] = this.faults.splice(at, 1);
    if (fault?.after === true) {
      run();
    }
    throw fault?.error;
  }

  object = async (bucket: string, key: string): Promise<string> => await this.#may("object", () => this.objects.get(`${bucket}/${key}`) ?? "");

  invoke = async (model: string, body: unknown): Promise<unknown> =>
    await this.#may("invoke", () => {
      this.embedded.push({ model, body: body as Record<string, unknown> });
      return { embedding: this.vector };
    });

  search = async (request: SearchRequest): Promise<string> =>
    await this.#may("search", () => {
      this.searches.push(request);
      const { size } = JSON.parse(request.body) as { size: number };
      const hits = this.hits.slice(0, size).map(({ documentId, text, score, title, section, page, chunk = 0, tenantId = this.#tenant }) => ({
        _score: score,
        _source: { tenantId, documentId, version: 1, chunkIndex: chunk, chunkText: text, metadata: { title, section, pageNumber: page } },
      }));
      return JSON.stringify({ timed_out: false, _shards: { failed: 0 }, hits: { hits } });
    });

  /** The items of a table, as plain objects. */
  all(table: string): Record<string, unknown>[] {
    return (this.items.get(table) ?? []).map((item) => unmarshall(item));
  }

  put(table: string, item: Record<string, unknown>): void {
    this.items.set(table, [...(this.items.get(table) ?? []), marshall(item)]);
  }

  readonly database = {
    get: async (table: string, keys: Item): Promise<Item | undefined> =>
      await this.#may("get", () => (this.items.get(table) ?? []).find((item) => item["PK"]?.S === keys["PK"]?.S && item["SK"]?.S === keys["SK"]?.S)),
    query: async (query: ItemQuery): Promise<{ items: Item[]; next?: Item }> =>
      await this.#may("query", () => {
        this.queries.push(query);
        const sort = query.index === undefined ? "SK" : `${query.index}SK`;
        const matching = (this.items.get(query.table) ?? [])
          .filter((item) => item[query.partition[0]]?.S === query.partition[1] && (query.begins === undefined || item[query.begins[0]]?.S?.startsWith(query.begins[1]) === true))
          .sort((a, b) => ((a[sort]?.S ?? "") < (b[sort]?.S ?? "") ? 1 : -1))
          .filter((item) => query.from === undefined || (item[sort]?.S ?? "") < (query.from[sort]?.S ?? ""));
        const items = matching.slice(0, query.limit);
        const last = items.at(-1);
        return { items, ...(matching.length > items.length && last !== undefined ? { next: last } : {}) };
      }),
    add: async (table: string, item: Item): Promise<boolean> =>
      await this.#may("add", () => {
        const items = this.items.get(table) ?? [];
        if (items.some((known) => known["PK"]?.S === item["PK"]?.S && known["SK"]?.S === item["SK"]?.S)) {
          return false;
        }
        this.items.set(table, [...items, item]);
        return true;
      }),
  };
}

/** A definition as the deploy publishes it, with the contract's tools and the product's instruction. */
export const published: Record<string, unknown> = {
  schemaVersion: 1,
  members: [
    {
      name: "support",
      instruction: await readFile(join(root, "..", "constructs", "instruction.txt"), "utf8"),
      tools: ["search_knowledge_base", "create_ticket", "get_ticket_history", "escalate_to_human", "request_logs"],
    },
  ],
  tools: JSON.parse(await readFile(join(root, "..", "contract", "tools.json"), "utf8")) as unknown,
  model: { id: "global.anthropic.claude-sonnet-4-6", temperature: 0.2, maxTokens: 2048 },
  guardrail: { id: "gr123", version: "3" },
  retrieval: { endpoint: "search.example.com", aliasPrefix: "flowops-vectors-", embeddingModelId: "amazon.titan-embed-text-v2:0", dimensions: 2, minScore: 0.6, maxSources: 6 },
  tables: { tickets: "tickets", conversations: "conversations", audit: "audit" },
  runtime: { namePrefix: "flowops_dev_" },
  role: { path: "/flowops/tenants/" },
};

export const definition: Definition = parseDefinition(JSON.stringify(published));

/** When turns happen. */
export const now = Date.parse("2026-03-04T05:06:07.890Z");

export const request: AgentRequest = { tenantId: "acme", conversationId: "conv-1", turnId: "turn-1", subject: "person-1", message: "How do I reset the device?" };

export interface Outcome {
  readonly events: AgentEvent[];
  readonly deltas: string;
  readonly answer: AgentAnswer;
}

export class Harness {
  readonly model: Scripted;
  readonly services: FakeServices;
  readonly agent: TenantAgent;
  output = "";

  constructor(steps: readonly Step[], { overrides = noOverrides, services = new FakeServices(), use = definition }: { overrides?: Overrides; services?: FakeServices; use?: Definition } = {}) {
    this.model = new Scripted(...steps);
    this.services = services;
    const log = newLogger("DEBUG", {}, (line) => (this.output += line));
    this.agent = newAgent({ tenantId: "acme", definition: use, overrides, model: this.model, services, log, now: () => now });
  }

  get lines(): Line[] {
    return parseLines(this.output);
  }

  /** Lets the agent answer; the script must be through, then. */
  async ask(change: Partial<AgentRequest> = {}, signal = new AbortController().signal): Promise<Outcome> {
    const events: AgentEvent[] = [];
    await this.agent({ ...request, ...change }, (event) => events.push(event), signal);
    const last = events.at(-1);
    if (last?.type !== "answer") {
      throw new Error(`the last event is ${JSON.stringify(last)}`);
    }
    if (this.model.steps.length > 0) {
      throw new Error(`the model was not asked ${this.model.steps.length} times`);
    }
    const deltas = events.map((event) => (event.type === "delta" ? event.text : "")).join("");
    return { events, deltas, answer: last.answer };
  }
}

/** An agent that finds the manual and the FAQ. */
export function informed(...steps: Step[]): Harness {
  const services = new FakeServices();
  services.hits = [manual, faq];
  return new Harness(steps, { services });
}
