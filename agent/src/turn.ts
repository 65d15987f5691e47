// One turn: what its tools found and did. It ends with the answer, and nothing
// of it stays.

import type { Done } from "./claims.ts";
import { Evidence } from "./evidence.ts";
import type { Logger } from "./log.ts";
import type { Action, AgentUsage, Emit, Failure } from "./protocol.ts";

export class Turn {
  readonly evidence = new Evidence();
  readonly log: Logger;
  readonly usage: AgentUsage = { inputTokens: 0, outputTokens: 0, invocations: 0, throttles: 0, toolCalls: 0, retrievalHits: 0, bestScore: 0 };
  readonly searches = { made: 0, failed: 0 };
  /** By the guardrail. */
  blocked = false;
  readonly #emit: Emit;
  readonly #pending: Action[] = [];
  #escalation: Action | undefined;
  readonly #cancel = new AbortController();
  #failure: Failure | undefined;

  constructor(log: Logger, emit: Emit) {
    this.log = log;
    this.#emit = emit;
  }

  /** Ends when the turn was aborted. */
  get aborted(): AbortSignal {
    return this.#cancel.signal;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Ends the turn without an answer. */
  abort(failure: Failure): void {
    this.#failure ??= failure;
    this.#cancel.abort(failure);
  }

  get pending(): readonly Action[] {
    return this.#pending;
  }

  get escalation(): Action | undefined {
    return this.#escalation;
  }

  get actions(): readonly Action[] {
    return this.#escalation === undefined ? this.#pending : [...this.#pending, this.#escalation];
  }

  get done(): Done {
    return { escalated: this.#escalation !== undefined };
  }

  /** An action was requested: it is written down. */
  acted(action: Action, requiresConfirmation: boolean): void {
    if (action.type === "escalate_to_human") {
      this.#escalation = action;
      return;
    }
    this.#pending.push(action);
    if (requiresConfirmation) {
      this.#emit({ type: "action_required", action });
    }
  }
}
