// The agent's process: reads the environment, serves, and ends when the
// platform says so.

import type { AddressInfo } from "node:net";

import { EnvironmentError, readEnvironment, variables, type Environment } from "./environment.ts";
import { newInvoke } from "./invoke.ts";
import { newLogger, type Logger } from "./log.ts";
import { newServer } from "./server.ts";

/** Where AgentCore reaches the agent. PORT overrides the port, for tests. */
const host = "0.0.0.0";
const defaultPort = 8080;

/** Milliseconds after which the agent is loaded where nobody has asked anything. */
const loadDelay = 500;

/** Milliseconds that open requests have to end after SIGTERM. */
const shutdownTimeout = 10_000;

const write = (line: string): void => void process.stdout.write(line);

function main(): void {
  let environment: Environment;
  try {
    environment = readEnvironment(process.env);
  } catch (error) {
    const fields = { environment: process.env[variables.environment] ?? "" };
    newLogger("INFO", fields, write).error("can't start", {
      error: error instanceof Error ? error.message : String(error),
      ...(error instanceof EnvironmentError && error.missing.length > 0 ? { missing: error.missing } : {}),
    });
    process.exitCode = 1;
    return;
  }
  const log = newLogger(environment.logLevel, { environment: environment.environment, tenant: environment.tenantId }, write);
  process.on("uncaughtException", (error) => {
    log.error("crashed", { error: String(error), stack: error instanceof Error ? error.stack : undefined });
    process.exit(1);
  });
  serve(environment, log, process.env["PORT"] ?? String(defaultPort));
}

function serve(environment: Environment, log: Logger, portText: string): void {
  const port = Number(portText);
  if (portText.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    log.error("can't start", { error: `PORT is "${portText}": it must be a number from 0 to 65535` });
    process.exitCode = 1;
    return;
  }
  let telemetry: Promise<typeof import("./telemetry.ts")> | undefined;
  // What the agent is made of is most of the bundle: it is loaded once the
  // server answers.
  const { invoke, load } = newInvoke({
    tenantId: environment.tenantId,
    log,
    start: async () => {
      telemetry ??= import("./telemetry.ts").then((module) => {
        module.startTelemetry(environment.region, process.env, log);
        return module;
      });
      await telemetry;
      return await (await import("./start.ts")).start(environment, log);
    },
    traced: async () => (await (telemetry ?? import("./telemetry.ts"))).inSpan,
  });
  const server = newServer(log, invoke);
  server.on("error", (error) => {
    log.error("can't start", { error: String(error) });
    process.exitCode = 1;
  });
  server.listen(port, host, () => {
    log.info("listening", { host, port: (server.address() as AddressInfo).port });
    setTimeout(begin, loadDelay).unref();
  });
  // Loading takes the process for a moment: the platform's first ping comes first.
  const begin = (): void => void load().catch(() => undefined); // an invocation tries again
  server.once("request", (_, response) => response.once("close", begin));

  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) {
      log.warn("ending now", { signal });
      process.exit(1);
    }
    ending = true;
    log.info("ending", { signal });
    server.close(() => {
      log.info("ended");
      process.exit(0);
    });
    // A connection whose last answer has just gone out is idle, and would be
    // kept alive for more requests.
    setInterval(() => server.closeIdleConnections(), 50).unref();
    setTimeout(() => {
      log.warn("requests were cut off", { milliseconds: shutdownTimeout });
      server.closeAllConnections();
    }, shutdownTimeout).unref();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

main();
