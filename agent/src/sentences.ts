// Text as sentences: where they end, what in them is code, which markers they have.

/** "[1]", "[1, 2]", "【1】" */
export const marker = /[[【]\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\]】]/g;

/** Where a sentence ends: its sign, closing quotes, and the markers behind it. */
const sentenceEnd = /(?:[.!?。！？]["'”’»)*_]*(?:[ \t]*[[【][\d ,;]{1,20}[\]】])*)(?=\s)|\n/g;
const lastSentenceEnd = new RegExp(sentenceEnd.source.replace("(?=\\s)", "(?=\\s|$)"), "g");

/** What stands behind a sentence while it may still get a marker. */
const openRest = /^(?:[ \t]*[[【][\d ,;]{1,20}[\]】])*[ \t]*(?:[[【][\d ,;]{0,20})?$/;

/** Text that comes in pieces, and goes by sentences and lines. */
export class Sentences {
  #text = "";

  push(piece: string): void {
    this.#text += piece;
  }

  clear(): void {
    this.#text = "";
  }

  /** Cuts the next whole sentence or line off; at the end, whatever is left. */
  next(last: boolean): string | undefined {
    for (const match of this.#text.matchAll(last ? lastSentenceEnd : sentenceEnd)) {
      const end = match.index + match[0].length;
      if (!last && match[0] !== "\n" && openRest.test(this.#text.slice(end))) {
        return undefined; // markers may follow
      }
      if (match[0] !== "\n" && /^\s*(?:\d{1,3}|[A-Za-z])\.$/.test(this.#text.slice(0, end))) {
        continue; // the number of a list's item
      }
      return this.#take(end);
    }
    return last && this.#text !== "" ? this.#take(this.#text.length) : undefined;
  }

  #take(end: number): string {
    const sentence = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return sentence;
  }
}

const codeSpan = /(`+)[^`\n]*\1/g;

/** The text without what is code in it. */
export function withoutCode(text: string): string {
  return text.replace(codeSpan, "");
}

/** Changes what is not code. */
export function outsideCode(text: string, change: (part: string) => string): string {
  let out = "";
  let last = 0;
  for (const match of text.matchAll(codeSpan)) {
    out += change(text.slice(last, match.index)) + match[0];
    last = match.index + match[0].length;
  }
  return out + change(text.slice(last));
}

/** Whether a sentence states something: it is no question, no heading, and not just a few words. */
export function states(text: string): boolean {
  const bare = text.replace(/^[\s#>*+-]+|[\s*_]+$/g, "");
  return !/[?:：？]$/.test(bare) && !text.trimStart().startsWith("#") && (bare.match(/[\p{L}\p{N}]+/gu) ?? []).length >= 4;
}
