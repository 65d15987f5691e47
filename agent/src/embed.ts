// Vectors of texts, by Amazon Titan Text Embeddings V2. Its request and answer:
// Bedrock User Guide, "Amazon Titan Embeddings Text".

import type { Services } from "./aws.ts";
import type { Retrieval } from "./definition.ts";
import { SearchError } from "./send.ts";

/** Characters that are embedded: the model takes 50,000 and 8,192 tokens. */
const maxText = 8_000;

export type Embed = (text: string, signal: AbortSignal) => Promise<number[]>;

export function newEmbed(retrieval: Retrieval, invoke: Services["invoke"]): Embed {
  return async (text, signal) => {
    const answer = await invoke(retrieval.embeddingModelId, { inputText: text.slice(0, maxText), dimensions: retrieval.dimensions, normalize: true }, signal);
    const vector = (answer as { embedding?: unknown } | null)?.embedding;
    if (!Array.isArray(vector) || vector.length !== retrieval.dimensions || !vector.every((x) => typeof x === "number" && Number.isFinite(x)) || vector.every((x) => x === 0)) {
      throw new SearchError("the embedding is not a vector of the dimensions that were asked for");
    }
    return vector as number[];
  };
}
