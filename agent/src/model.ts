// The model that answers: Bedrock's, with the guardrail in every call.

import { NodeHttpHandler } from "@smithy/node-http-handler";
import { BedrockModel, type Model } from "@strands-agents/sdk";

import type { Definition } from "./definition.ts";
import type { Overrides } from "./overrides.ts";

/** Milliseconds without a byte of the stream. */
const socketTimeout = 25_000;

/**
 * The model of a definition. The guardrail works on the stream before it gets
 * here ("sync"): the other mode lets text through that is masked or blocked too
 * late (Bedrock User Guide, "Configure streaming response behavior").
 */
export function newModel(definition: Definition, overrides: Overrides, region: string): Model {
  const { model, guardrail } = definition;
  return new BedrockModel({
    region,
    modelId: model.id,
    temperature: model.temperature,
    maxTokens: model.maxTokens,
    stream: true,
    guardrailConfig: {
      guardrailIdentifier: guardrail.id,
      guardrailVersion: overrides.guardrailVersion ?? guardrail.version,
      // Its trace tells masked from blocked.
      trace: "enabled",
      streamProcessingMode: "sync",
    },
    // Attempts are those of Retry, which knows what was released.
    clientConfig: { maxAttempts: 1, requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000, socketTimeout }) },
  });
}
