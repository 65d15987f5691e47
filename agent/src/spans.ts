// Spans without what was said. Strands writes messages, prompts and results of
// tools into its spans, verbatim; what is not known to be a name, a number or an
// id is left out here.

import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";

type Attributes = ReadableSpan["attributes"];

/** Attributes that hold no text of a conversation. */
const kept = new Set([
  "session.id",
  "flowops.tenant",
  "flowops.turn",
  "flowops.conversation",
  "flowops.outcome",
  "gen_ai.operation.name",
  "gen_ai.system",
  "gen_ai.provider.name",
  "gen_ai.agent.name",
  "gen_ai.agent.id",
  "gen_ai.agent.node_type",
  "gen_ai.agent.status",
  "gen_ai.agent.execution_time",
  "gen_ai.request.model",
  "gen_ai.tool.name",
  "gen_ai.tool.call.id",
  "gen_ai.tool.status",
  "gen_ai.event.start_time",
  "gen_ai.event.end_time",
  "gen_ai.server.request.duration",
  "gen_ai.server.time_to_first_token",
]);

/** Characters of an attribute that is kept. */
const maxValue = 200;

function attributesOf(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => (kept.has(name) && !(typeof value === "string" && value.length > maxValue)) || (name.startsWith("gen_ai.usage.") && typeof value === "number")),
  );
}

/** The span as it may leave: no events, which hold messages, and no message of an error, which may quote one. */
export function withoutTexts(span: ReadableSpan): ReadableSpan {
  return Object.create(span, {
    attributes: { value: attributesOf(span.attributes), enumerable: true },
    events: { value: [], enumerable: true },
    links: { value: span.links.map(({ context }) => ({ context })), enumerable: true },
    status: { value: { code: span.status.code }, enumerable: true },
  }) as ReadableSpan;
}

/** An exporter that hands on spans without texts. */
export function silent(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(withoutTexts), done),
    shutdown: async () => await exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  };
}
