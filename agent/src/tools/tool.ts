// A tool as the Strands loop runs it: its input checked, its result bounded, its
// failures told as facts.

import { JsonBlock, Tool, ToolResultBlock, type JSONValue, type ToolContext, type ToolSpec, type ToolStreamGenerator } from "@strands-agents/sdk";

import type { ToolDefinition } from "../definition.ts";
import { codeOf, describe } from "../faults.ts";
import type { Logger } from "../log.ts";
import { Failure } from "../protocol.ts";
import type { Check } from "./schema.ts";

/** Bytes of a result, as JSON. */
export const maxResult = 48 * 1024;

/** Calls of one tool in one turn. */
const maxCalls = 8;

/** Something that a tool can't do, as the model is told it. It quotes nothing of a service's answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export type Run = (input: Record<string, unknown>, signal: AbortSignal) => Promise<JSONValue>;

export interface ToolParts {
  readonly definition: ToolDefinition;
  readonly check: Check;
  readonly run: Run;
  readonly log: Logger;
  /** Ends the turn: what happened must not go on. */
  readonly abort: (failure: Failure) => void;
}

export class AgentTool extends Tool {
  override readonly name: string;
  override readonly description: string;
  override readonly toolSpec: ToolSpec;
  readonly #parts: ToolParts;
  #calls = 0;

  constructor(parts: ToolParts) {
    super();
    const { name, description, inputSchema } = parts.definition;
    this.name = name;
    this.description = description;
    this.toolSpec = { name, description, inputSchema: inputSchema as NonNullable<ToolSpec["inputSchema"]> };
    this.#parts = parts;
  }

  override async *stream({ toolUse, cancelSignal }: ToolContext): ToolStreamGenerator {
    const { check, run, log, abort } = this.#parts;
    const started = performance.now();
    const result = (status: "success" | "error", json: JSONValue, outcome: string): ToolResultBlock => {
      log.info("tool", { tool: this.name, outcome, milliseconds: Math.round(performance.now() - started) });
      return new ToolResultBlock({ toolUseId: toolUse.toolUseId, status, content: [new JsonBlock({ json })] });
    };
    if (++this.#calls > maxCalls) {
      return result("error", { error: `This tool was called ${maxCalls} times in this turn: answer with what there is.` }, "too many calls");
    }
    const problem = check(toolUse.input);
    if (problem !== undefined) {
      return result("error", { error: `The input is not valid: ${problem}.` }, "invalid input");
    }
    try {
      const value = await run(toolUse.input as Record<string, unknown>, cancelSignal);
      if (Buffer.byteLength(JSON.stringify(value)) > maxResult) {
        return result("error", { error: "The result is too large: ask for less." }, "too large");
      }
      return result("success", value, "success");
    } catch (error) {
      if (error instanceof Refusal) {
        return result("error", { error: error.message }, "refused");
      }
      log.warn("tool failed", { tool: this.name, code: codeOf(error), error: describe(error) });
      if (error instanceof Failure) {
        abort(error);
      }
      return result("error", { error: "This is not available at the moment. Nothing has happened." }, "failed");
    }
    yield undefined as never; // a tool streams; this one has nothing to stream
  }
}
