// The start of the agent: its definition is read, and the agent made of it.

import { configureLogging } from "@strands-agents/sdk";

import { newAgent, type TenantAgent } from "./agent.ts";
import { newServices, type Services } from "./aws.ts";
import { parseDefinition } from "./definition.ts";
import type { Environment } from "./environment.ts";
import type { Logger } from "./log.ts";
import { newModel } from "./model.ts";
import { Failure } from "./protocol.ts";

/** Milliseconds that reading the definition may take. */
const readTimeout = 20_000;

export async function start({ tenantId, definition: { bucket, key }, region, overrides }: Environment, log: Logger, services: Services = newServices(region)): Promise<TenantAgent> {
  // Its lines quote what tools and models say. What fails reaches this agent as an error.
  const nothing = (): void => undefined;
  configureLogging({ debug: nothing, info: nothing, warn: nothing, error: nothing });
  const text = await services.object(bucket, key, AbortSignal.timeout(readTimeout));
  try {
    const definition = parseDefinition(text);
    return newAgent({ tenantId, definition, overrides, model: newModel(definition, overrides, region), services, log });
  } catch (error) {
    // What is wrong with a definition quotes nobody.
    throw new Failure("internal", error instanceof Error ? error.message : "the definition can't be read", { cause: error });
  }
}
