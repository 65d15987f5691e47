import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { redactJSON, redactText } from "../src/redact/redact.ts";
import { root } from "./support.ts";

/** Reads a Go string literal. */
function literal(text: string): string {
  if (text.startsWith("`")) {
    return text.slice(1, -1);
  }
  return text
    .split(/" \+ "/)
    .join("")
    .slice(1, -1)
    .replace(/\\(u[0-9A-F]{4}|x[0-9a-f]{2}|.)/g, (_, code: string) => (code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : ({ n: "\n", r: "\r", t: "\t" })[code] ?? code));
}

const quoted = '(?:"(?:[^"\\\\]|\\\\.)*"(?: \\+ "(?:[^"\\\\]|\\\\.)*")*|`[^`]*`)';
const folder = join(root, "..", "handlers", "internal", "redact");

const cases = [...(await readFile(join(folder, "redact_test.go"), "utf8")).matchAll(new RegExp(`^\\t\\t\\{(${quoted}), (${quoted}), (${quoted})\\},$`, "gm"))].map(([, name = "", input = "", want = ""]) => [literal(name), literal(input), literal(want)] as const);

test("the table of the Go functions was read", () => {
  assert.ok(cases.length > 70, `${cases.length} cases`);
});

for (const [name, input, want] of cases) {
  test(`redacts: ${name}`, () => {
    assert.equal(redactText(input), want);
    assert.equal(redactText(want), want, "again");
  });
}

const untouched = [...(await readFile(join(folder, "untouched_test.go"), "utf8")).matchAll(new RegExp(`^\\t\\t(${quoted}):\\s+(${quoted}),$`, "gm"))].map(([, name = "", text = ""]) => [literal(name), literal(text)] as const);

test("the texts that stay were read", () => {
  assert.ok(untouched.length > 35, `${untouched.length} texts`);
});

for (const [name, text] of untouched) {
  test(`leaves alone: ${name}`, () => {
    assert.equal(redactText(text), text);
  });
}

test("the texts in a JSON value are redacted, wherever they stand", () => {
  assert.deepEqual(redactJSON({ a: "jane@example.com", b: ["+49 30 1234567", 1, null, true], c: { d: "10.0.0.1" } }), { a: "[EMAIL]", b: ["[PHONE]", 1, null, true], c: { d: "[IP]" } });
});
