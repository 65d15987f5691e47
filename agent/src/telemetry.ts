// Traces, as AgentCore's observability takes them: OpenTelemetry's spans with the
// session's id, sent to X-Ray's OTLP endpoint with the role's signature.
// AgentCore sets AGENT_OBSERVABILITY_ENABLED and OTEL_RESOURCE_ATTRIBUTES in a
// runtime; without the former nothing is traced. AWS's own distribution for Node
// needs files of its own beside the program and patches modules as they are
// loaded, of which a bundle has none.

import { Sha256 } from "@aws-crypto/sha256-js";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { context, createContextKey, propagation, ROOT_CONTEXT, trace, TraceFlags, SpanStatusCode, type Context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ExportResultCode, W3CTraceContextPropagator } from "@opentelemetry/core";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { SignatureV4 } from "@smithy/signature-v4";

import { codeOf, describe } from "./faults.ts";
import type { Logger } from "./log.ts";
import { silent } from "./spans.ts";

/** Variables that AgentCore sets. */
export const variableEnabled = "AGENT_OBSERVABILITY_ENABLED";
export const variableResource = "OTEL_RESOURCE_ATTRIBUTES";

/** Milliseconds of one export. */
const exportTimeout = 5_000;

const sessionKey = createContextKey("flowops session");

/** Gives each span the id of its session, by which AgentCore groups them. */
const sessions: SpanProcessor = {
  onStart(span, parent): void {
    const session = parent.getValue(sessionKey);
    if (typeof session === "string" && session !== "") {
      span.setAttribute("session.id", session);
    }
  },
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

/** Reads "name=value,name=value", percent-encoded. */
export function resourceOf(text: string): Record<string, string> {
  const pairs = text.split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    try {
      return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : [];
    } catch {
      return [];
    }
  });
  return { "service.name": "flowops-agent", ...Object.fromEntries(pairs), "aws.service.type": "gen_ai_agent" };
}

/** Sends spans to X-Ray's endpoint of the region. */
export function xrayExporter(region: string, signer: Pick<SignatureV4, "sign">, http: typeof fetch, log: Logger): SpanExporter {
  const url = new URL(`https://xray.${region}.amazonaws.com/v1/traces`);
  const send = async (body: Uint8Array): Promise<void> => {
    const headers = { host: url.host, "content-type": "application/x-protobuf" };
    const signed = await signer.sign({ method: "POST", protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: {}, headers, body });
    const { host: _, ...rest } = signed.headers;
    const response = await http(url, { method: "POST", headers: rest, body, redirect: "error", signal: AbortSignal.timeout(exportTimeout) });
    await response.body?.cancel();
    if (!response.ok) {
      throw Object.assign(new Error("X-Ray refuses spans"), { name: "ExportRefused", $metadata: { httpStatusCode: response.status } });
    }
  };
  return {
    export(spans, done): void {
      const body = ProtobufTraceSerializer.serializeRequest(spans);
      send(body ?? new Uint8Array()).then(
        () => done({ code: ExportResultCode.SUCCESS }),
        (error: unknown) => {
          log.warn("spans were not sent", { spans: spans.length, error: describe(error) });
          done({ code: ExportResultCode.FAILED });
        },
      );
    },
    shutdown: async () => undefined,
  };
}

/** Traces from now on, by this exporter; returns what ends it and sends what is left. */
export function traceWith(exporter: SpanExporter, resource: string): () => Promise<void> {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(resourceOf(resource)),
    spanProcessors: [sessions, new BatchSpanProcessor(silent(exporter), { scheduledDelayMillis: 1_000 })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => await provider.shutdown();
}

/** Traces where AgentCore says so. */
export function startTelemetry(region: string, env: NodeJS.ProcessEnv, log: Logger): void {
  if (env[variableEnabled] !== "true") {
    return;
  }
  const signer = new SignatureV4({ service: "xray", region, credentials: defaultProvider(), sha256: Sha256 });
  traceWith(xrayExporter(region, signer, fetch, log), env[variableResource] ?? "");
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The caller's span: of a W3C header or, where there is none, X-Ray's. */
function parentOf(headers: Headers): Context {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  if (trace.getSpanContext(parent) !== undefined) {
    return parent;
  }
  const xray = String(headers["x-amzn-trace-id"] ?? "");
  const [, time, id] = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(xray) ?? [];
  const [, spanId] = /Parent=([0-9a-f]{16})/.exec(xray) ?? [];
  if (time === undefined || id === undefined || spanId === undefined) {
    return parent;
  }
  return trace.setSpanContext(parent, { traceId: time + id, spanId, isRemote: true, traceFlags: /Sampled=0/.test(xray) ? TraceFlags.NONE : TraceFlags.SAMPLED });
}

export interface Traced {
  readonly tenantId: string;
  readonly turnId: string;
  readonly conversationId: string;
  readonly sessionId: string;
  readonly headers: Headers;
}

/** Runs a turn in a span of its own, which is the parent of those of its models and tools. */
export async function inSpan<T>({ tenantId, turnId, conversationId, sessionId, headers }: Traced, run: () => Promise<T>): Promise<T> {
  const parent = parentOf(headers).setValue(sessionKey, sessionId);
  const attributes = { "flowops.tenant": tenantId, "flowops.turn": turnId, "flowops.conversation": conversationId };
  return await trace.getTracer("flowops-agent").startActiveSpan("turn", { attributes }, parent, async (span) => {
    try {
      const result = await run();
      span.setAttribute("flowops.outcome", "answered");
      return result;
    } catch (error) {
      span.setAttribute("flowops.outcome", codeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
