// What the tests share.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The agent's folder; the tests run from dist/test. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The bundle that is deployed. */
export const bundle = fileURLToPath(new URL("../agent.js", import.meta.url));

/** A complete environment of the agent. */
export const complete: Readonly<Record<string, string>> = {
  FLOWOPS_ENV: "dev",
  LOG_LEVEL: "DEBUG",
  TENANT_ID: "acme",
  AGENT_DEFINITION_URI: "s3://flowops-dev-agents/definition.json",
  AWS_REGION: "eu-central-1",
};

/** Nobody's credentials, and no place to look for others; and no word on the Node of the build host. */
export const offline: Readonly<Record<string, string>> = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_EC2_METADATA_DISABLED: "true", NODE_NO_WARNINGS: "1" };

export type Line = Record<string, unknown>;

/** Reads JSON logs; it fails for a line that is none. */
export function parseLines(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** The agent's process. */
export class Process {
  readonly #child;
  #output = "";
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [bundle], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code, signal) => resolve(signal ?? code));
    });
  }

  /** What it has logged so far. */
  get lines(): Line[] {
    return parseLines(this.#output.slice(0, this.#output.lastIndexOf("\n") + 1));
  }

  /** Waits for a line with this message. */
  async line(message: string): Promise<Line> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
      const line = this.lines.find((candidate) => candidate["message"] === message);
      if (line !== undefined) {
        return line;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no line "${message}" in:\n${this.#output}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
