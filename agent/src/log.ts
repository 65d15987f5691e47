// JSON logs, one object a line, with the keys of the functions' logs. Log
// facts, never what was said.

import { logLevels, type LogLevel } from "./environment.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A logger whose every line carries fields, too. */
  with(fields: Fields): Logger;
}

/** Returns a logger that hands each line at level or above to write. */
export function newLogger(level: LogLevel, fields: Fields, write: (line: string) => void): Logger {
  const log = (at: LogLevel) => (message: string, more: Fields = {}) => {
    if (logLevels.indexOf(at) < logLevels.indexOf(level)) {
      return;
    }
    write(`${JSON.stringify({ timestamp: new Date().toISOString(), level: at, message, ...fields, ...more })}\n`);
  };
  return {
    debug: log("DEBUG"),
    info: log("INFO"),
    warn: log("WARN"),
    error: log("ERROR"),
    with: (more) => newLogger(level, { ...fields, ...more }, write),
  };
}
