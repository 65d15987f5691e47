// Calls of the model that are tried again: throttled ones, and those that the
// service could not take. Not where text of the call was released: it would be
// there twice.

import { AfterModelCallEvent, ExponentialBackoff, ModelRetryStrategy, type BackoffStrategy, type RetryDecision } from "@strands-agents/sdk";

import { codeOf, isThrottle } from "./faults.ts";

const maxAttempts = 4;
const backoff = (): BackoffStrategy => new ExponentialBackoff({ baseMs: 300, maxMs: 3_000 });

export class Retry extends ModelRetryStrategy {
  override readonly name = "flowops:retry";
  readonly #released: () => boolean;
  readonly #backoff: BackoffStrategy;
  #started = 0;
  #waited: number | undefined;

  constructor(released: () => boolean, pause: BackoffStrategy = backoff()) {
    super();
    this.#released = released;
    this.#backoff = pause;
  }

  protected override computeRetryDecision({ error, attemptCount }: AfterModelCallEvent): RetryDecision {
    if (error === undefined || attemptCount >= maxAttempts || this.#released() || !(isThrottle(error) || codeOf(error) === "unavailable")) {
      return { retry: false };
    }
    const waitMs = this.#backoff.nextDelay({ attempt: attemptCount, elapsedMs: Date.now() - this.#started, ...(this.#waited === undefined ? {} : { lastDelayMs: this.#waited }) });
    this.#waited = waitMs;
    return { retry: true, waitMs };
  }

  protected override onFirstModelAttempt(): void {
    this.#started = Date.now();
    this.#waited = undefined;
  }
}
