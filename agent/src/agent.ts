// A tenant's agent: answers one message at a time, and keeps nothing of it.

import { MaxTokensError, type Model } from "@strands-agents/sdk";

import { answerOf, needsSearch } from "./answer.ts";
import type { Services } from "./aws.ts";
import { newConversations } from "./conversations.ts";
import type { Definition } from "./definition.ts";
import { Draft } from "./draft.ts";
import { newEmbed } from "./embed.ts";
import { codeOf, describe } from "./faults.ts";
import { Histories, type History } from "./history.ts";
import type { Logger } from "./log.ts";
import { newLoop, type Part } from "./loop.ts";
import { membersOf } from "./members.ts";
import type { Overrides } from "./overrides.ts";
import { systemPrompt, withPassages } from "./prompt.ts";
import { Failure, type AgentAnswer, type AgentRequest, type Emit } from "./protocol.ts";
import { newSearch } from "./search.ts";
import { summarizer } from "./summary.ts";
import { enabledTools, searchTool, toolsOf, type Means } from "./tools/tools.ts";
import { searchKnowledgeBase } from "./tools/knowledge.ts";
import { Turn } from "./turn.ts";
import { counting, type Clock } from "./usage.ts";

export interface AgentParts {
  readonly tenantId: string;
  readonly definition: Definition;
  readonly overrides: Overrides;
  readonly model: Model;
  readonly services: Services;
  readonly log: Logger;
  readonly now?: () => number;
}

/** What a turn's time went to, in milliseconds; for the log. */
interface Times {
  readonly firstModelText?: number;
  readonly firstEvent?: number;
}

export type TenantAgent = (request: AgentRequest, emit: Emit, signal: AbortSignal) => Promise<void>;

/**
 * Makes the agent.
 * @throws Error where the definition's tools can't be built.
 */
export function newAgent({ tenantId, definition, overrides, model, services, log, now = Date.now }: AgentParts): TenantAgent {
  const enabled = enabledTools(definition, overrides, log);
  const members = membersOf(definition, overrides);
  const embed = newEmbed(definition.retrieval, services.invoke);
  const nearest = newSearch(definition.retrieval, tenantId, services.search);
  const means: Means = { definition, tenantId, services, embed, nearest, now };
  const conversation = newConversations(tenantId, services.database, definition.tables.conversations);
  const histories = new Histories();

  return async (request, send, signal) => {
    if (request.tenantId !== tenantId) {
      throw new Failure("invalid", "the request is not of this agent's tenant");
    }
    const started = performance.now();
    const clock: Clock = { firstText: undefined };
    let first: number | undefined;
    const emit: Emit = (event) => {
      first ??= performance.now();
      send(event);
    };
    const turn = new Turn(log.with({ turnId: request.turnId, conversationId: request.conversationId }), emit);
    const ended = AbortSignal.any([signal, turn.aborted]);

    const history = await historyOf(request, turn, clock, ended);
    const draft = new Draft(turn.evidence, request.message, () => turn.done, {
      released: (text) => emit({ type: "delta", text }),
      cited: (citation) => emit({ type: "citation", citation }),
    });
    const parts = members.map((specialist): Part => {
      const own = enabled.filter(({ definition: tool }) => specialist.tools.includes(tool.name)).map(({ definition: tool }) => tool);
      return {
        specialist,
        systemPrompt: systemPrompt(specialist.instruction, own, overrides.name, history.summary),
        tools: toolsOf(enabled, specialist.tools, turn, request, means),
      };
    }) as [Part, ...Part[]];
    const loop = newLoop({ model, parts, exchanges: history.exchanges, turn, draft, plugin: () => counting(turn, clock) });

    const run = async (message: string): Promise<void> => {
      try {
        await loop(message, ended);
      } catch (error) {
        if (!(error instanceof MaxTokensError)) {
          throw error;
        }
        turn.log.warn("the model's answer was cut off"); // what is whole of it stands
      }
      if (turn.failure !== undefined) {
        throw turn.failure;
      }
      if (ended.aborted) {
        throw new Failure("timeout", "the turn was ended before it had an answer");
      }
    };

    await run(request.message);
    let finished = draft.finish();
    const searchable = enabled.some(({ definition: tool }) => tool.name === searchTool && members.some((member) => member.tools.includes(tool.name)));
    if (searchable && needsSearch(turn, finished, request.message)) {
      // It did not look: it is shown what there is, and asked again.
      turn.log.info("searched for the model");
      const found = await searchKnowledgeBase(turn, definition.retrieval, embed, nearest)({ query: request.message.slice(0, 2000) }, ended).catch((error: unknown) => {
        if (error instanceof Failure) {
          throw error;
        }
        return undefined;
      });
      if (found !== undefined && turn.evidence.hits > 0) {
        draft.reset();
        await run(withPassages(request.message, JSON.stringify(found)));
        finished = draft.finish();
      }
    }
    const answer = answerOf(turn, finished, request.message);
    report(turn, { ...(clock.firstText === undefined ? {} : { firstModelText: clock.firstText - started }), ...(first === undefined ? {} : { firstEvent: first - started }) }, started, answer);
    emit({ type: "answer", answer });
  };

  async function historyOf(request: AgentRequest, turn: Turn, clock: Clock, signal: AbortSignal): Promise<History> {
    const messages = await conversation(request.conversationId, signal);
    return await histories.of(
      request.conversationId,
      messages,
      async (text, ended) => {
        try {
          return await summarizer(model, counting(turn, clock))(text, ended);
        } catch (error) {
          turn.log.warn("the conversation was not summarized", { code: codeOf(error), error: describe(error) });
          return "";
        } finally {
          clock.firstText = undefined;
        }
      },
      signal,
    );
  }
}

function report(turn: Turn, times: Times, started: number, answer: AgentAnswer): void {
  const { usage, citations, pendingActions, escalation, grounded, refused, blocked, confidence } = answer;
  turn.log.info("turn", {
    ...usage,
    searches: turn.searches.made,
    citations: citations.length,
    pendingActions: pendingActions.length,
    escalated: escalation !== undefined,
    grounded,
    refused,
    blocked,
    confidence,
    ...Object.fromEntries(Object.entries(times).map(([name, value]) => [`${name}Milliseconds`, Math.round(value as number)])),
    milliseconds: Math.round(performance.now() - started),
  });
}
