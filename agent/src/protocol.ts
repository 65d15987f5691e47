// The words that the agent and the function that asks it share: the contract
// package's files agentcall.go, actions.go and conversations.go, in TypeScript.

/** What a tenant's agent is asked: the payload of InvokeAgentRuntime. */
export interface AgentRequest {
  readonly tenantId: string;
  readonly conversationId: string;
  readonly turnId: string;
  /** Who asks. */
  readonly subject: string;
  readonly ticketId?: string;
  /** As it was written; what is stored is redacted. */
  readonly message: string;
}

/** A source of an answer. */
export interface Citation {
  readonly documentId: string;
  readonly documentTitle: string;
  readonly snippet: string;
  /** 0 to 1 */
  readonly relevanceScore: number;
}

/** The tools that change something or call a person. */
export type ActionType = "create_ticket" | "escalate_to_human" | "request_logs";

/** An action that was requested, and is now for a person or the platform to go on with. */
export interface Action {
  /** UUID version 7 */
  readonly actionId: string;
  readonly type: ActionType;
  readonly step: "requested";
  /** As the tool's schema has it, redacted. */
  readonly input: unknown;
  readonly conversationId?: string;
  readonly ticketId?: string;
  /** RFC 3339: until then it can be confirmed. */
  readonly expiresAt: string;
}

/** What an answer took. */
export interface AgentUsage {
  inputTokens: number;
  outputTokens: number;
  /** of models */
  invocations: number;
  /** of models */
  throttles: number;
  /** of tools */
  toolCalls: number;
  /** passages above the threshold */
  retrievalHits: number;
  /** of the nearest passage, above the threshold or not; 0 without one */
  bestScore: number;
}

/**
 * What the agent answers in the end. A "[n]" in the text refers to the n-th
 * citation, counted from 1.
 */
export interface AgentAnswer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly pendingActions: readonly Action[];
  readonly escalation?: Action;
  readonly grounded: boolean;
  readonly refused: boolean;
  readonly blocked: boolean;
  readonly confidence: number;
  readonly usage: AgentUsage;
}

export const errorCodes = ["invalid", "throttled", "unavailable", "timeout", "internal"] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Why there is no answer. The detail is for the log and quotes nothing of the conversation. */
export interface AgentError {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** An event of an agent's answer. The last one is an answer or an error. */
export type AgentEvent =
  | { readonly type: "delta"; readonly text: string }
  | { readonly type: "citation"; readonly citation: Citation }
  | { readonly type: "action_required"; readonly action: Action }
  | { readonly type: "answer"; readonly answer: AgentAnswer }
  | { readonly type: "error"; readonly error: AgentError };

/** Takes the events of an answer, as they come. */
export type Emit = (event: AgentEvent) => void;

/** The failure of a turn, as the caller gets it. Its message goes to the log: it quotes nothing. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
