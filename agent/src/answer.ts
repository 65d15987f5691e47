// The answer that a turn ends with. Whether it is one is decided here, by what
// the tools found and did, and not by what the model says of it.

import type { Finished } from "./draft.ts";
import type { AgentAnswer } from "./protocol.ts";
import { isPleasantry, languageOf, texts } from "./texts.ts";
import type { Turn } from "./turn.ts";

/** Characters of an answer that rests on nothing but is let through: a greeting, a question back, a word on an action. */
const maxUnsupported = 600;

/** Whether the turn needs a search that the model did not make. */
export function needsSearch(turn: Turn, finished: Finished, question: string): boolean {
  return !turn.blocked && turn.searches.made === 0 && !finished.supported && turn.actions.length === 0 && !isPleasantry(question);
}

/** Makes the answer of a turn. */
export function answerOf(turn: Turn, finished: Finished, question: string): AgentAnswer {
  const own = texts[languageOf(question)];
  const usage = { ...turn.usage, retrievalHits: turn.evidence.hits };
  const actions = { pendingActions: turn.pending, ...(turn.escalation === undefined ? {} : { escalation: turn.escalation }) };
  const without = { citations: [], ...actions, grounded: false, confidence: 0, usage };

  if (turn.blocked) {
    return { ...without, text: own.blocked, refused: true, blocked: true };
  }
  const text = withCorrection(turn, finished, own);
  if (finished.supported) {
    return {
      text,
      citations: finished.citations,
      ...actions,
      // A line without a source, or one on tickets alone, makes it less.
      grounded: finished.citations.length > 0 && finished.coverage === 1,
      refused: false,
      blocked: false,
      confidence: confidenceOf(finished),
      usage,
    };
  }
  if (turn.actions.length > 0) {
    // The action speaks for itself; a long text beside it would be something else.
    const said = finished.text === "" || finished.text.length > maxUnsupported ? actionText(turn, own) : text;
    return { ...without, text: said, refused: false, blocked: false };
  }
  const harmless = isPleasantry(question) || isQuestionBack(finished.text);
  if (harmless && finished.text !== "" && finished.text.length <= maxUnsupported && !finished.corrected) {
    return { ...without, text: finished.text, refused: false, blocked: false };
  }
  return { ...without, text: turn.searches.failed > 0 && turn.evidence.hits === 0 ? own.noSearch : own.refusal, refused: true, blocked: false };
}

/**
 * How far an answer can be relied on, 0 to 1: the mean score of the passages that
 * it cites, times the share of its lines that cite something. It is not a
 * probability: scores are similarities, and the same is as near as 0.7.
 */
export function confidenceOf({ citations, coverage }: Pick<Finished, "citations" | "coverage">): number {
  if (citations.length === 0) {
    return 0;
  }
  const mean = citations.reduce((sum, { relevanceScore }) => sum + relevanceScore, 0) / citations.length;
  return Math.round(Math.min(1, mean * coverage) * 1000) / 1000;
}

type Own = (typeof texts)["en"];

function withCorrection(turn: Turn, { text, corrected }: Finished, own: Own): string {
  return corrected ? [text, turn.actions.length > 0 ? actionText(turn, own) : own.nothingDone].filter((part) => part !== "").join("\n\n") : text;
}

function actionText(turn: Turn, own: Own): string {
  return [...(turn.escalation === undefined ? [] : [own.handedOver]), ...(turn.pending.length === 0 ? [] : [own.proposed])].join(" ");
}

/** One short question, and nothing else. */
function isQuestionBack(text: string): boolean {
  const trimmed = text.trim();
  return /[?？]$/.test(trimmed) && trimmed.length <= 300 && (trimmed.match(/[.!?。！？](?=\s|$)/g) ?? []).length <= 2 && !trimmed.includes("\n\n\n");
}
