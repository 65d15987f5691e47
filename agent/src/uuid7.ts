// UUIDs of version 7 (RFC 9562), which sort by the time of their making.

import { createHash } from "node:crypto";

const pattern = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The time in a UUID of version 7, Unix milliseconds; undefined for anything else. */
export function timeOf(id: string): number | undefined {
  const match = pattern.exec(id);
  return match === null ? undefined : Number.parseInt(`${match[1]}${match[2]}`, 16);
}

/**
 * A UUID of version 7 with the time and, for its random part, a digest of the
 * parts: the same of the same, so that what is repeated is recognized.
 */
export function uuidOf(milliseconds: number, ...parts: readonly string[]): string {
  const bytes = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUIntBE(Math.trunc(milliseconds), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
