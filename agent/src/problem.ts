// Errors as clients see them: RFC 9457 problem details.

import { STATUS_CODES } from "node:http";

export const mediaTypeProblem = "application/problem+json";

export interface Problem {
  readonly type: "about:blank"; // the status says everything about its kind
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string; // id of the request
}

export function problem(status: number, detail: string, instance: string): Problem {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "", status, detail, instance };
}
