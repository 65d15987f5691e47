import assert from "node:assert/strict";
import { test } from "node:test";

import { logLevels } from "../src/environment.ts";
import { newLogger } from "../src/log.ts";
import { parseLines } from "./support.ts";

for (const [index, level] of logLevels.entries()) {
  test(`level ${level}`, () => {
    let output = "";
    const log = newLogger(level, { tenant: "acme" }, (line) => (output += line));
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
    const lines = parseLines(output);
    assert.deepEqual(lines.map((line) => line["level"]), logLevels.slice(index));
    for (const line of lines) {
      assert.equal(line["tenant"], "acme");
      assert.ok(!Number.isNaN(Date.parse(String(line["timestamp"]))));
    }
  });
}

test("a derived logger adds its fields, and text can't break a line", () => {
  let output = "";
  newLogger("INFO", { tenant: "acme" }, (line) => (output += line)).with({ requestId: "1" }).info("two\nlines", { count: 2 });
  const [line, ...more] = parseLines(output);
  assert.deepEqual(more, []);
  assert.deepEqual({ ...line, timestamp: "" }, { timestamp: "", level: "INFO", message: "two\nlines", tenant: "acme", requestId: "1", count: 2 });
});
