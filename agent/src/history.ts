// What the model is told of the conversation: its last exchanges as they were, as
// far as a bound of tokens goes, and a summary of those before.

import { createHash } from "node:crypto";

import type { Said } from "./conversations.ts";
import { texts } from "./texts.ts";

/** Tokens of the exchanges that are told as they were. */
export const maxTokens = 6_000;

/** Tokens of the exchanges before that are summarized; what is older is left out. */
export const maxSummarized = 24_000;

/** Characters of a summary. */
export const maxSummary = 4_000;

/** Characters that make a token, roughly, in the languages of the texts. Others have fewer; the bound is far below the model's. */
const charactersPerToken = 4;

export interface Exchange {
  readonly question: string;
  readonly answer: string;
}

export interface History {
  readonly exchanges: readonly Exchange[];
  readonly summary?: string;
}

/** Makes a text shorter; its answer is not trusted. */
export type Summarize = (text: string, signal: AbortSignal) => Promise<string>;

const tokensOf = ({ question, answer }: Exchange): number => Math.ceil((question.length + answer.length) / charactersPerToken);

const blocked = new Set(Object.values(texts).map((text) => text.blocked));

/**
 * Questions with their answers. The current question, and others without an
 * answer, have none; what the guardrail blocked is not told again, as it would
 * block again.
 */
export function exchangesOf(messages: readonly Said[]): Exchange[] {
  const exchanges: Exchange[] = [];
  let question: string | undefined;
  for (const { role, content } of messages) {
    if (role === "user") {
      question = content;
    } else if (question !== undefined) {
      if (content.trim() !== "" && question.trim() !== "" && !blocked.has(content)) {
        exchanges.push({ question, answer: content });
      }
      question = undefined;
    }
  }
  return exchanges;
}

/** The last of the exchanges that fit into so many tokens, and those before them. */
function split(exchanges: readonly Exchange[], most: number): [before: Exchange[], last: Exchange[]] {
  let from = exchanges.length;
  for (let tokens = 0; from > 0; from--) {
    const exchange = exchanges[from - 1];
    tokens += exchange === undefined ? 0 : tokensOf(exchange);
    if (tokens > most) {
      break;
    }
  }
  return [exchanges.slice(0, from), exchanges.slice(from)];
}

/** Histories, with the summaries that were made: a few, each by the digest of what it is of. */
export class Histories {
  readonly #summaries = new Map<string, string>();
  readonly #most: number;

  constructor(most = 100) {
    this.#most = most;
  }

  async of(conversationId: string, messages: readonly Said[], summarize: Summarize, signal: AbortSignal): Promise<History> {
    const [before, exchanges] = split(exchangesOf(messages), maxTokens);
    if (before.length === 0) {
      return { exchanges };
    }
    const [, told] = split(before, maxSummarized);
    const text = told.map(({ question, answer }) => `User: ${question}\nAssistant: ${answer}`).join("\n\n");
    if (text === "") {
      return { exchanges };
    }
    const id = createHash("sha256").update(JSON.stringify([conversationId, text])).digest("hex");
    const known = this.#summaries.get(id);
    if (known !== undefined) {
      return { exchanges, summary: known };
    }
    const summary = (await summarize(text, signal)).trim().slice(0, maxSummary);
    if (summary === "") {
      return { exchanges };
    }
    const [oldest] = this.#summaries.keys();
    if (this.#summaries.size >= this.#most && oldest !== undefined) {
      this.#summaries.delete(oldest);
    }
    this.#summaries.set(id, summary);
    return { exchanges, summary };
  }
}
