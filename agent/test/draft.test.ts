import assert from "node:assert/strict";
import { test } from "node:test";

import { Draft } from "../src/draft.ts";
import { cut, Evidence } from "../src/evidence.ts";
import type { Citation } from "../src/protocol.ts";
import type { Passage } from "../src/search.ts";
import { isPleasantry, languageOf } from "../src/texts.ts";

const passage = (chunk: number, text = `passage ${chunk}`, score = 0.8): Passage => ({ documentId: "d", title: "T", version: 1, chunk, text, score });

function begin(escalated = false): { draft: Draft; released: string[]; cited: Citation[]; evidence: Evidence } {
  const evidence = new Evidence();
  evidence.add({ kind: "passage", passage: passage(1) });
  evidence.add({ kind: "passage", passage: passage(2) });
  evidence.add({ kind: "ticket", ticketId: "t" });
  const released: string[] = [];
  const cited: Citation[] = [];
  const draft = new Draft(evidence, "the question", () => ({ escalated }), { released: (text) => released.push(text), cited: (citation) => cited.push(citation) });
  return { draft, released, cited, evidence };
}

const text = `# Reset

Here is how to do it:

1. Open the settings, e.g. by the menu [1].
2. Press "Reset." [2] Then wait.
3. Compare \`items[1]\` with 3.5 [1, 2].

\`\`\`
value[1] = "not a sentence. [2]"
\`\`\`

The ticket is open [3]. All is well!`;

const clean = `# Reset

Here is how to do it:

1. Open the settings, e.g. by the menu [1].
2. Press "Reset." [2] Then wait.
3. Compare \`items[1]\` with 3.5 [1][2].

\`\`\`
value[1] = "not a sentence. [2]"
\`\`\`

The ticket is open. All is well!`;

test("however it is cut into pieces, the answer is the same, and what is released is its beginning", () => {
  const outcomes = new Set<string>();
  for (let size = 1; size <= text.length; size += size < 20 ? 1 : 37) {
    const { draft, released } = begin();
    for (let at = 0; at < text.length; at += size) {
      draft.push(text.slice(at, at + size));
    }
    const finished = draft.finish();
    assert.ok(finished.text.startsWith(released.join("")), released.join(""));
    assert.ok(/\[\d\]\.?$|is open\.$/.test(released.join("")), "it ends with a sentence that rests on something");
    outcomes.add(JSON.stringify(finished));
  }
  assert.equal(outcomes.size, 1, [...outcomes].join("\n"));
  const [only = ""] = outcomes;
  assert.deepEqual(JSON.parse(only), {
    text: clean,
    citations: [
      { documentId: "d", documentTitle: "T", snippet: "passage 1", relevanceScore: 0.8 },
      { documentId: "d", documentTitle: "T", snippet: "passage 2", relevanceScore: 0.8 },
    ],
    coverage: 1,
    supported: true,
    corrected: false,
  });
});

test("nothing is released before a sentence that rests on something ends", () => {
  const { draft, released, cited } = begin();
  for (const piece of ["I think it is so. ", "It may be otherwise. ", "The manual says", " so", " [1", "]"]) {
    draft.push(piece);
    assert.deepEqual([released, cited], [[], []], piece);
  }
  draft.push(". ");
  assert.deepEqual(released, [], "another marker may follow");
  draft.push("And");
  assert.deepEqual(released, ["I think it is so. It may be otherwise. The manual says so [1]."]);
  assert.equal(cited.length, 1);
  draft.push(" more without a source. And");
  assert.equal(released.length, 1);
});

test("what was said before a tool is called is dropped", () => {
  const { draft } = begin();
  draft.push("Let me look that up. One moment please");
  draft.discard();
  draft.push("It is so [1].");
  assert.equal(draft.finish().text, "It is so [1].");
});

test("what was released stays when the rest is dropped", () => {
  const { draft } = begin();
  draft.push("It is so [1].\nLet me propose a ticket");
  draft.discard();
  draft.push("\nPlease confirm.");
  assert.equal(draft.finish().text, "It is so [1].\n\nPlease confirm.");
});

for (const [name, input, coverage] of [
  ["all lines cite", "It is so, says the manual [1].\nIt is also so, says the other [2].", 1],
  ["one of two does", "It is so, says the manual [1].\nIt is also so, I would think.", 0.5],
  ["a sentence beside one that cites", "It is so, says the manual [1]. It is also so.", 1],
  ["headings, questions and short lines state nothing", "# The whole of the reset\nDo this now, please, all of it:\nIt is so [1].\nOkay then.\nDid this help you at all?", 1],
  ["a ticket supports, too", "The ticket is open since Monday [3].", 1],
  ["nothing cites", "It is so, and I know it well.", 0],
  ["nothing is stated", "Okay.", 0],
] as const) {
  test(`coverage: ${name}`, () => {
    const { draft } = begin();
    draft.push(input);
    assert.equal(draft.finish().coverage, coverage);
  });
}

test("an answer has bounded text and citations", () => {
  const { draft, evidence } = begin();
  for (let chunk = 3; chunk < 40; chunk++) {
    evidence.add({ kind: "passage", passage: passage(chunk) });
  }
  draft.push("A [1][2][4][5][6][7][8][9][10][11][12][13][14][15][16][17][18][19][20][21][22][23].\n");
  for (let n = 0; n < 2000; n++) {
    draft.push("ä ".repeat(20) + "[1].\n");
  }
  const { text: long, citations } = draft.finish();
  assert.equal(citations.length, 20);
  assert.ok(Buffer.byteLength(long) <= 30 * 1024 && Buffer.byteLength(long) > 29 * 1024);
  assert.ok(!long.includes("[21]"));
});

test("a source has one number, its best score, and there are not too many", () => {
  const evidence = new Evidence();
  assert.equal(evidence.add({ kind: "passage", passage: passage(1, "x", 0.7) }), 1);
  assert.equal(evidence.add({ kind: "ticket", ticketId: "passage d 1 1" }), 2);
  assert.equal(evidence.add({ kind: "passage", passage: passage(1, "x", 0.9) }), 1);
  assert.equal(evidence.add({ kind: "passage", passage: passage(1, "x", 0.8) }), 1);
  const source = evidence.source(1);
  assert.equal(source?.kind === "passage" ? source.passage.score : 0, 0.9);
  assert.equal(evidence.hits, 1);
  for (let n = 0; n < 100; n++) {
    evidence.add({ kind: "ticket", ticketId: String(n) });
  }
  assert.equal(evidence.add({ kind: "passage", passage: passage(9) }), 0);
  assert.equal(evidence.source(0), undefined);
  assert.equal(evidence.source(61), undefined);
});

test("text is cut between characters", () => {
  assert.equal(cut("abc", 3), "abc");
  assert.equal(cut("abcd", 3), "ab…");
  assert.equal(cut("a😀bc", 3), "a…");
});

test("languages and pleasantries", () => {
  assert.equal(languageOf(""), "en");
  assert.equal(languageOf("Das ist nicht gut, und ich weiß nicht wie es geht"), "de");
  for (const message of ["", "hello how do I reset", "danke danke danke danke danke danke danke", "42"]) {
    assert.equal(isPleasantry(message), false, message);
  }
  assert.ok(isPleasantry("Hi, good morning!"));
});
