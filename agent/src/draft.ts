// The answer while the model writes it. What is released goes to the client, so
// it is released only once it can't be taken back: a sentence waits until one
// that cites a source of this turn ends, and then both go. A refusal by code
// never follows text of the model.

import { falseClaim, type Done } from "./claims.ts";
import { citationOf, type Evidence } from "./evidence.ts";
import { harmless, visible } from "./harmless.ts";
import type { Citation } from "./protocol.ts";
import { marker, outsideCode, Sentences, states, withoutCode } from "./sentences.ts";

/** Bytes that an answer may have: more is not sent on by agent-invoke. */
const maxAnswer = 30 * 1024;

/** The most citations that an answer has. */
const maxCitations = 20;

export interface DraftEvents {
  released(text: string): void;
  cited(citation: Citation): void;
}

/** What became of a draft. */
export interface Finished {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Share of the lines that state something which cite a source; 0 where none does. */
  readonly coverage: number;
  /** Whether anything rests on a source: a passage or a ticket. */
  readonly supported: boolean;
  /** Whether a claim was taken out. */
  readonly corrected: boolean;
}

interface Unit {
  readonly text: string;
  readonly states: boolean;
  readonly supported: boolean;
}

export class Draft {
  readonly #evidence: Evidence;
  readonly #known: (address: string) => boolean;
  readonly #done: () => Done;
  readonly #events: DraftEvents;

  readonly #sentences = new Sentences();
  #waiting: string[] = [];
  #fenced = false;
  /** Something was dropped behind the text: what follows is a paragraph of its own. */
  #broken = false;
  #text = "";
  #line = { states: false, cites: false };
  #stating = 0;
  #citing = 0;
  #supported = false;
  #corrected = false;
  readonly #citations: { readonly number: number; readonly citation: Citation }[] = [];

  constructor(evidence: Evidence, question: string, done: () => Done, events: DraftEvents) {
    this.#evidence = evidence;
    this.#known = (address) => address !== "" && (question.includes(address) || evidence.holds(address));
    this.#done = done;
    this.#events = events;
  }

  get citations(): readonly Citation[] {
    return this.#citations.map(({ citation }) => citation);
  }

  /** Takes the next piece of text. */
  push(piece: string): void {
    this.#sentences.push(piece);
    for (let unit = this.#sentences.next(false); unit !== undefined; unit = this.#sentences.next(false)) {
      this.#waiting.push(unit);
      if (this.#cites(unit)) {
        this.#release();
      }
    }
  }

  /** Drops what was not released: the model said it before it called a tool, or failed in the middle. */
  discard(): void {
    this.#sentences.clear();
    this.#waiting = [];
    this.#broken = true;
  }

  /** The model was cut off: the sentence that it was in goes. */
  cutOff(): void {
    this.#sentences.clear();
  }

  /** Begins anew. Only a draft of which nothing was released can. */
  reset(): void {
    this.discard();
    this.#fenced = false;
    this.#text = "";
    this.#line = { states: false, cites: false };
    this.#stating = 0;
    this.#citing = 0;
    this.#corrected = false;
  }

  /** Characters that were released. */
  get released(): number {
    return this.#text.length;
  }

  /** Takes the rest, and returns the whole answer. The rest is not released: the answer brings it. */
  finish(): Finished {
    for (let unit = this.#sentences.next(true); unit !== undefined; unit = this.#sentences.next(true)) {
      this.#waiting.push(unit);
    }
    this.#append();
    this.#endLine();
    return {
      text: this.#text.trim(),
      citations: this.citations,
      coverage: this.#stating === 0 ? 0 : this.#citing / this.#stating,
      supported: this.#supported,
      corrected: this.#corrected,
    };
  }

  #numbers(unit: string): number[] {
    return [...unit.matchAll(marker)].flatMap((match) => (match[1] ?? "").split(/[,;]/).map(Number));
  }

  #cites(unit: string): boolean {
    return this.#numbers(withoutCode(unit)).some((number) => this.#evidence.source(number) !== undefined);
  }

  #release(): void {
    const before = this.#text.length;
    this.#append();
    const text = this.#text.slice(before);
    if (text !== "") {
      this.#events.released(text);
    }
  }

  #append(): void {
    for (const raw of this.#waiting) {
      let unit = this.#clean(raw);
      if (this.#broken && this.#text !== "") {
        unit = { ...unit, text: unit.text.trim() === "" ? "" : `\n\n${unit.text.trimStart()}` };
      }
      this.#broken &&= unit.text === "";
      if (unit.text.trim() !== "") {
        this.#supported ||= unit.supported;
        this.#line.cites ||= unit.supported;
        this.#line.states ||= unit.states;
      }
      if (Buffer.byteLength(this.#text) + Buffer.byteLength(unit.text) <= maxAnswer) {
        this.#text += this.#text === "" ? unit.text.trimStart() : unit.text;
      }
      if (raw.endsWith("\n")) {
        this.#endLine();
      }
    }
    this.#waiting = [];
  }

  #endLine(): void {
    this.#stating += this.#line.states ? 1 : 0;
    this.#citing += this.#line.cites ? 1 : 0;
    this.#line = { states: false, cites: false };
  }

  #clean(raw: string): Unit {
    let text = visible(raw);
    if (/^\s*(?:```|~~~)/.test(text)) {
      this.#fenced = !this.#fenced;
      return { text, states: false, supported: false };
    }
    if (this.#fenced) {
      return { text, states: false, supported: false };
    }
    let supported = false;
    text = outsideCode(text, (part) =>
      harmless(part, this.#known).replace(marker, (_, numbers: string) => {
        const cited = [...new Set(numbers.split(/[,;]/).map(Number))].map((number) => {
          supported ||= this.#evidence.source(number) !== undefined;
          return this.#cite(number);
        });
        return cited.filter((number) => number > 0).map((number) => `[${number}]`).join("");
      }),
    );
    if (falseClaim(text, supported, this.#done()) !== undefined) {
      this.#corrected = true;
      return { text: raw.endsWith("\n") ? "\n" : "", states: false, supported: false };
    }
    // A marker that was taken out leaves a space before the sentence's end.
    text = text.replace(/[ \t]+(?=[.!?,;:]?(?:\n|$))/g, "");
    return { text, states: supported || states(text), supported };
  }

  /** The number in the answer of a passage's number in this turn; 0 for what is no passage. */
  #cite(number: number): number {
    const source = this.#evidence.source(number);
    if (source?.kind !== "passage") {
      return 0;
    }
    const at = this.#citations.findIndex((known) => known.number === number);
    if (at >= 0) {
      return at + 1;
    }
    if (this.#citations.length === maxCitations) {
      return 0;
    }
    const citation = citationOf(source.passage);
    this.#events.cited(citation);
    return this.#citations.push({ number, citation });
  }
}
