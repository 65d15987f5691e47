// The loop of model and tools, by Strands: one agent, or a swarm of them.

import { Agent, type AgentStreamEvent, MaxTokensError, Message, type Model, type Plugin, Swarm, TextBlock, type Tool } from "@strands-agents/sdk";

import type { Draft } from "./draft.ts";
import type { Exchange } from "./history.ts";
import type { Specialist } from "./members.ts";
import { Failure } from "./protocol.ts";
import { Retry } from "./retry.ts";
import type { Turn } from "./turn.ts";

/** Calls of the model by one agent in one run. */
const maxTurns = 8;

/** Members of a swarm that act in one run. */
const maxSteps = 5;


/** A member of the agent, ready for a turn. */
export interface Part {
  readonly specialist: Specialist;
  readonly systemPrompt: string;
  readonly tools: readonly Tool[];
}

export interface LoopParts {
  readonly model: Model;
  readonly parts: readonly [Part, ...Part[]];
  readonly exchanges: readonly Exchange[];
  readonly turn: Turn;
  readonly draft: Draft;
  readonly plugin: () => Plugin;
}

/** Says something to the agent, and lets it work until it has an answer, which is in the draft then. */
export type Loop = (message: string, signal: AbortSignal) => Promise<void>;

export function newLoop(parts: LoopParts): Loop {
  return parts.parts.length === 1 ? single(parts) : swarm(parts);
}

function agentOf({ specialist, systemPrompt, tools }: Part, { model, exchanges, turn, plugin }: LoopParts, released: () => boolean): Agent {
  return new Agent({
    id: specialist.name,
    name: specialist.name,
    description: specialist.description,
    model,
    systemPrompt,
    tools: [...tools],
    messages: exchanges.flatMap(({ question, answer }) => [said("user", question), said("assistant", answer)]),
    printer: false,
    sandbox: false,
    toolExecutor: "sequential",
    plugins: [plugin()],
    retryStrategy: new Retry(() => released() || turn.aborted.aborted),
  });
}

function said(role: "user" | "assistant", text: string): Message {
  return new Message({ role, content: [new TextBlock(text)] });
}

function single(all: LoopParts): Loop {
  const { draft, turn } = all;
  let before = 0;
  const agent = agentOf(all.parts[0], all, () => draft.released > before);
  return async (message, cancelSignal) => {
    const stream = agent.stream(message, { cancelSignal, limits: { turns: maxTurns } });
    for await (const event of stream) {
      watch(event, turn);
      switch (event.type) {
        case "beforeModelCallEvent":
          before = draft.released;
          break;
        case "modelStreamUpdateEvent":
          if (event.event.type === "modelContentBlockDeltaEvent" && event.event.delta.type === "textDelta") {
            draft.push(event.event.delta.text);
          }
          break;
        case "afterModelCallEvent":
          // What was said before a tool is called, or before a failure, is no answer.
          if (event.error instanceof MaxTokensError) {
            draft.cutOff();
          } else if (event.stopData === undefined || event.stopData.stopReason === "toolUse") {
            draft.discard();
          }
          break;
        default:
      }
    }
  };
}

function swarm(all: LoopParts): Loop {
  const { draft, turn } = all;
  const nodes = all.parts.map((part) => agentOf(part, all, () => false));
  const swarm = new Swarm({ id: "flowops", nodes, start: all.parts[0].specialist.name, maxSteps, repetitiveHandoffDetectionWindow: 4, repetitiveHandoffMinUniqueAgents: 2 });
  return async (message, cancelSignal) => {
    const stream = swarm.stream(message, { cancelSignal });
    let answer: unknown;
    for (let next = await stream.next(); ; next = await stream.next()) {
      if (next.done === true) {
        const { status, error, results } = next.value;
        if (status !== "COMPLETED") {
          throw error ?? results.find((result) => result.error !== undefined)?.error ?? new Failure(cancelSignal.aborted ? "timeout" : "internal", `the swarm ended as ${status}`);
        }
        // The last member's final message: a member answers by a tool, not by text.
        answer = (results.at(-1)?.structuredOutput as { message?: unknown } | undefined)?.message;
        break;
      }
      const event = next.value;
      if (event.type === "multiAgentHandoffEvent") {
        turn.log.info("handed over", { from: event.source, to: event.targets });
      }
      if (event.type === "nodeStreamUpdateEvent" && event.inner.source === "agent") {
        watch(event.inner.event, turn);
      }
    }
    if (typeof answer === "string" && !turn.blocked) {
      draft.push(answer);
    }
  };
}

/** Sees what the guardrail did. */
function watch(event: AgentStreamEvent, turn: Turn): void {
  if (event.type === "modelStreamUpdateEvent" && event.event.type === "modelRedactionEvent") {
    turn.blocked = true;
  }
  // Masked text stops as "guardrailIntervened" too; only what was blocked is redacted.
  if (event.type === "modelMessageEvent" && (event.stopReason === "contentFiltered" || event.stopReason === "refusal")) {
    turn.blocked = true;
  }
}

