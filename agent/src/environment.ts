// The agent's environment variables. The provisioner sets them on a tenant's
// runtime; this file is where their names stand.

import { parseOverrides, type Overrides } from "./overrides.ts";

/** Names of the variables that the agent requires. */
export const variables = {
  environment: "FLOWOPS_ENV", // environment name, as in "dev"
  logLevel: "LOG_LEVEL", // DEBUG, INFO, WARN or ERROR
  tenantId: "TENANT_ID", // the tenant whose agent this is
  definitionUri: "AGENT_DEFINITION_URI", // s3://bucket/key of the agent's definition
  region: "AWS_REGION", // of every service that it calls
} as const;

/** Name of the variable with the tenant's own settings, a JSON object; it may be absent. */
export const variableOverrides = "AGENT_OVERRIDES";

export const logLevels = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

export type LogLevel = (typeof logLevels)[number];

/** What the agent reads from its environment, checked. */
export interface Environment {
  readonly environment: string;
  readonly logLevel: LogLevel;
  readonly tenantId: string;
  readonly definition: { readonly bucket: string; readonly key: string };
  readonly region: string;
  readonly overrides: Overrides;
}

/** An environment that the agent can't start in; it names everything that is wrong. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  /** Names of the variables that are not set or are blank. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[], invalid: readonly string[]) {
    const parts = [...invalid];
    if (missing.length > 0) {
      parts.unshift(`required environment variables are missing or empty: ${missing.join(", ")}`);
    }
    super(parts.join("; "));
    this.missing = missing;
  }
}

/** What a tenant id looks like: contract.TenantIDPattern. */
export const tenantIdPattern = /^[a-z0-9](?:[a-z0-9-]{1,30}[a-z0-9])$/;

const regionPattern = /^[a-z]{2}(?:-[a-z]+)+-[0-9]+$/;

const definitionUriPattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/;

export function isLogLevel(value: string): value is LogLevel {
  return (logLevels as readonly string[]).includes(value);
}

/**
 * Reads and checks the agent's environment.
 * @throws EnvironmentError that names every missing and every invalid variable.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const missing: string[] = [];
  const invalid: string[] = [];

  const read = (name: string): string => {
    const value = env[name] ?? "";
    if (value.trim() === "") {
      missing.push(name);
      return "";
    }
    return value;
  };

  const environment = read(variables.environment);
  const logLevel = read(variables.logLevel);
  const tenantId = read(variables.tenantId);
  const definitionUri = read(variables.definitionUri);
  const region = read(variables.region);

  if (logLevel !== "" && !isLogLevel(logLevel)) {
    invalid.push(`${variables.logLevel} is "${logLevel}": it must be DEBUG, INFO, WARN or ERROR`);
  }
  if (tenantId !== "" && !tenantIdPattern.test(tenantId)) {
    invalid.push(`${variables.tenantId} is "${tenantId}": it must match ${tenantIdPattern.source}`);
  }
  if (region !== "" && !regionPattern.test(region)) {
    invalid.push(`${variables.region} is "${region}": it must be a region`);
  }
  let overrides: Overrides | undefined;
  try {
    overrides = parseOverrides(env[variableOverrides]);
  } catch (error) {
    invalid.push(`${variableOverrides}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const definition = definitionUriPattern.exec(definitionUri);
  if (definitionUri !== "" && definition === null) {
    invalid.push(`${variables.definitionUri} is "${definitionUri}": it must be s3://bucket/key`);
  }
  const bucket = definition?.[1];
  const key = definition?.[2];
  if (missing.length > 0 || invalid.length > 0 || !isLogLevel(logLevel) || bucket === undefined || key === undefined || overrides === undefined) {
    throw new EnvironmentError(missing, invalid);
  }
  return { environment, logLevel, tenantId, definition: { bucket, key }, region, overrides };
}
