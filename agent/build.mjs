// Bundles the agent into dist/agent.js: one file, for direct code deployment
// on AgentCore (Node 22), whose entry point is a .js file. It is CommonJS, as
// Node takes such a file where no package.json says otherwise; here, one in
// dist says so too. With --tests it bundles the tests into dist/test.
// The bytes depend on the sources and the lock file alone, not on the
// directory: esbuild works relative to this file and writes no source map. Names
// are not made shorter: errors and spans show them.

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));

async function sources() {
  const files = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.name.endsWith(".ts") && !file.name.endsWith(".d.ts") && file.name !== "main.ts")
    .map((file) => join(file.parentPath ?? file.path, file.name))
    .sort();
}

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  charset: "utf8",
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
};

try {
  if (process.argv.includes("--tests")) {
    const tests = (await readdir(join(root, "test"))).filter((name) => name.endsWith(".test.ts")).sort();
    // A test that was deleted must not run on.
    await rm(join(root, "dist", "test"), { recursive: true, force: true });
    await build({
      ...common,
      target: "node20", // the tests run on the build host's Node
      // Each source is an entry, and so stands in a file of its own: its lines are
      // counted once, and by a map of that one source.
      entryPoints: [...tests.map((name) => `test/${name}`), ...(await sources())],
      entryNames: "[name]",
      outdir: "dist/test",
      outExtension: { ".js": ".mjs" },
      splitting: true,
      chunkNames: "chunk-[hash]",
      sourcemap: "linked",
      packages: "external",
    });
  } else {
    await mkdir(join(root, "dist"), { recursive: true });
    await writeFile(join(root, "dist", "package.json"), '{"type":"commonjs"}\n');
    await build({ ...common, format: "cjs", entryPoints: ["src/main.ts"], outfile: "dist/agent.js", minifySyntax: true, minifyWhitespace: true });
  }
} catch (error) {
  if (!("errors" in error)) console.error(error.message); // esbuild has said why
  process.exitCode = 1;
}
