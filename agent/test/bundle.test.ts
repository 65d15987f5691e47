import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { bundle, root } from "./support.ts";

/** What the bundle is not made of; copying it takes long. */
const unused = /[/\\]node_modules[/\\](?:typescript|@typescript|c8|fastify|bedrock-agentcore|@aws-sdk[/\\]client-bedrock-agentcore.*)(?:[/\\]|$)|\.d\.[cm]?ts$|\.map$/;

test("the bundle has the same bytes when it is built in another directory", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "agent bundle-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  for (const name of ["src", "node_modules", "build.mjs", "package.json", "tsconfig.json"]) {
    await cp(join(root, name), join(dir, name), { recursive: true, verbatimSymlinks: true, filter: (path) => !unused.test(path) });
  }
  const build = spawnSync(process.execPath, [join(dir, "build.mjs")], { cwd: tmpdir(), encoding: "utf8" });
  assert.equal(build.status, 0, build.stderr);
  const [here, there] = await Promise.all([readFile(bundle), readFile(join(dir, "dist", "agent.js"))]);
  assert.ok(here.equals(there));
});

test("the bundle is one file without a source map and without this directory", async () => {
  const files = (await readdir(dirname(bundle), { withFileTypes: true })).filter((entry) => entry.isFile());
  // package.json is for running it here; it is not deployed.
  assert.deepEqual(files.map((entry) => entry.name).sort(), ["agent.js", "package.json"]);
  const text = await readFile(bundle, "utf8");
  assert.ok(!text.includes("sourceMappingURL"));
  assert.ok(!text.includes(root));
});

test("dependencies are exact, and the lock file names no registry", async () => {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Record<string, Record<string, string>>;
  for (const kind of ["dependencies", "devDependencies"]) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  }
  const lock = await readFile(join(root, "package-lock.json"), "utf8");
  assert.ok(!lock.includes('"resolved"'));
  // Packages' own words on themselves may name hosts.
  const { packages } = JSON.parse(lock) as { packages: Record<string, Record<string, unknown>> };
  for (const [name, { funding: _, deprecated: __, ...entry }] of Object.entries(packages)) {
    assert.ok(!JSON.stringify(entry).includes("://"), name);
  }
  assert.ok(lock.includes('"integrity"'));
});
