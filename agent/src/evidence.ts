// What the tools found in one turn: all that an answer may rest on.

import type { Citation } from "./protocol.ts";
import type { Passage } from "./search.ts";

/** Characters of a citation's snippet, and of its title. */
const maxSnippet = 300;
const maxTitle = 200;

/** Sources of one turn; more are not shown to the model. */
const maxSources = 60;

export type Source = { readonly kind: "passage"; readonly passage: Passage } | { readonly kind: "ticket"; readonly ticketId: string };

/** The sources of a turn, numbered from 1 in the order in which tools returned them. */
export class Evidence {
  readonly #sources: Source[] = [];
  readonly #numbers = new Map<string, number>();

  /** Passages above the threshold. */
  get hits(): number {
    return this.#sources.filter(({ kind }) => kind === "passage").length;
  }

  /** Adds a source, and returns its number: the one that it has, where it is known. 0: there are too many. */
  add(source: Source): number {
    const id = source.kind === "ticket" ? `ticket ${source.ticketId}` : `passage ${source.passage.documentId} ${source.passage.version} ${source.passage.chunk}`;
    const known = this.#numbers.get(id);
    if (known !== undefined) {
      const [before] = [this.#sources[known - 1]];
      if (source.kind === "passage" && before?.kind === "passage" && source.passage.score > before.passage.score) {
        this.#sources[known - 1] = source;
      }
      return known;
    }
    if (this.#sources.length === maxSources) {
      return 0;
    }
    const number = this.#sources.push(source);
    this.#numbers.set(id, number);
    return number;
  }

  source(number: number): Source | undefined {
    return this.#sources[number - 1];
  }

  /** Whether a passage holds the text, as it stands. */
  holds(text: string): boolean {
    return this.#sources.some((source) => source.kind === "passage" && source.passage.text.includes(text));
  }
}

export function citationOf({ documentId, title, text, score }: Passage): Citation {
  return { documentId, documentTitle: cut(title, maxTitle), snippet: cut(text.replace(/\s+/g, " ").trim(), maxSnippet), relevanceScore: score };
}

/** The text with at most so many characters, none of them halved. */
export function cut(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const end = most - 1;
  const half = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return `${text.slice(0, half ? end - 1 : end)}…`;
}
