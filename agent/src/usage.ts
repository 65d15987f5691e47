// What a turn takes, counted by hooks of the loop.

import { AfterModelCallEvent, BeforeModelCallEvent, BeforeToolCallEvent, ModelStreamUpdateEvent, type Plugin } from "@strands-agents/sdk";

import { describe, isThrottle } from "./faults.ts";
import type { Turn } from "./turn.ts";

/** When the model's first text came, in milliseconds of performance.now(). */
export interface Clock {
  firstText: number | undefined;
}

/** Counts into the turn's usage. One for each agent. */
export function counting(turn: Turn, clock: Clock): Plugin {
  return {
    name: "flowops:usage",
    initAgent(agent): void {
      agent.addHook(BeforeModelCallEvent, () => {
        turn.usage.invocations++;
      });
      agent.addHook(BeforeToolCallEvent, () => {
        turn.usage.toolCalls++;
      });
      agent.addHook(AfterModelCallEvent, ({ error, attemptCount }) => {
        if (error === undefined) {
          return;
        }
        if (isThrottle(error)) {
          turn.usage.throttles++;
        }
        turn.log.warn("model failed", { attempt: attemptCount, error: describe(error) });
      });
      agent.addHook(ModelStreamUpdateEvent, ({ event }) => {
        if (event.type === "modelContentBlockDeltaEvent" && event.delta.type === "textDelta") {
          clock.firstText ??= performance.now();
        }
        if (event.type === "modelMetadataEvent" && event.usage !== undefined) {
          const { inputTokens, outputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = event.usage;
          // Bedrock counts what comes from the cache apart.
          turn.usage.inputTokens += inputTokens + cacheReadInputTokens + cacheWriteInputTokens;
          turn.usage.outputTokens += outputTokens;
        }
      });
    },
  };
}
