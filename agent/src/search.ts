// The tenant's passages: the same query as that of the Go functions
// (handlers/internal/search), through the tenant's alias and with the tenant's
// filter inside the knn clause, so that it is applied before the nearest are
// chosen.

import type { Retrieval } from "./definition.ts";
import { Failure } from "./protocol.ts";
import { SearchError, SearchUnavailable, type Send } from "./send.ts";

/** A chunk that was found. */
export interface Passage {
  readonly documentId: string;
  readonly title: string;
  readonly section?: string;
  /** from 1 */
  readonly page?: number;
  readonly version: number;
  readonly chunk: number;
  readonly text: string;
  /** (1 + cosine) / 2: 0.5 is unrelated, 1 the same */
  readonly score: number;
}

/** What a search found. */
export interface Found {
  /** Passages that reach the threshold, the nearest first. */
  readonly passages: readonly Passage[];
  /** The nearest passage's score, whether it reaches the threshold or not; 0 where there is none. */
  readonly best: number;
}

export interface Nearest {
  (vector: readonly number[], passages: number, signal: AbortSignal): Promise<Found>;
}

/** Searches of one tenant. */
export function newSearch(retrieval: Retrieval, tenantId: string, send: Send): Nearest {
  return async (vector, passages, signal) => {
    const body = {
      // Without min_score: how near the nearest is tells whether the threshold is right.
      size: passages,
      track_total_hits: false,
      _source: ["tenantId", "documentId", "version", "chunkIndex", "chunkText", "metadata"],
      query: { knn: { vector: { vector, k: passages, filter: { term: { tenantId } } } } },
    };
    const answer = await send(
      {
        endpoint: retrieval.endpoint,
        path: `/${retrieval.aliasPrefix}${tenantId}/_search`,
        query: { routing: tenantId, allow_partial_search_results: "false" },
        body: JSON.stringify(body),
      },
      signal,
    );
    return read(answer, tenantId, passages, retrieval.minScore);
  };
}

interface Answer {
  readonly timed_out?: boolean;
  readonly _shards?: { readonly failed?: number };
  readonly hits?: { readonly hits?: readonly Hit[] };
}

interface Hit {
  readonly _score?: unknown;
  readonly _source?: {
    readonly tenantId?: unknown;
    readonly documentId?: unknown;
    readonly version?: unknown;
    readonly chunkIndex?: unknown;
    readonly chunkText?: unknown;
    readonly metadata?: { readonly title?: unknown; readonly section?: unknown; readonly pageNumber?: unknown };
  };
}

function read(text: string, tenantId: string, most: number, minScore: number): Found {
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    throw new SearchError("the answer is no JSON of a search");
  }
  const hits = answer?.hits?.hits;
  if (!Array.isArray(hits) || answer._shards === undefined || hits.length > most) {
    throw new SearchError("the answer is not that of this search");
  }
  if (answer.timed_out === true || (answer._shards.failed ?? 0) > 0) {
    // Half an answer would pass for "there is no more".
    throw new SearchUnavailable("the search ended before it was through");
  }
  const passages = hits.map((hit: Hit) => passage(hit, tenantId));
  return { passages: passages.filter(({ score }) => score >= minScore), best: Math.max(0, ...passages.map(({ score }) => score)) };
}

function passage({ _score: score, _source: source }: Hit, tenantId: string): Passage {
  if (source?.tenantId !== tenantId) {
    // Nothing of such an answer is used.
    throw new Failure("internal", "the search domain answers with another tenant's passage");
  }
  const { documentId, version, chunkIndex, chunkText, metadata } = source;
  if (typeof score !== "number" || typeof documentId !== "string" || documentId === "" || typeof chunkText !== "string" || typeof version !== "number") {
    throw new SearchError("a hit is of no document");
  }
  return {
    documentId,
    title: typeof metadata?.title === "string" ? metadata.title : "",
    ...(typeof metadata?.section === "string" && metadata.section !== "" ? { section: metadata.section } : {}),
    ...(typeof metadata?.pageNumber === "number" && metadata.pageNumber > 0 ? { page: metadata.pageNumber } : {}),
    version,
    chunk: typeof chunkIndex === "number" ? chunkIndex : 0,
    text: chunkText,
    score: Math.min(Math.max(score, 0), 1),
  };
}
