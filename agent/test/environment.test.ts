import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { EnvironmentError, readEnvironment, tenantIdPattern, variables } from "../src/environment.ts";
import { complete, root } from "./support.ts";

test("a complete environment", () => {
  assert.deepEqual(readEnvironment({ ...complete, OTHER: "ignored" }), {
    environment: "dev",
    logLevel: "DEBUG",
    tenantId: "acme",
    definition: { bucket: "flowops-dev-agents", key: "definition.json" },
    region: "eu-central-1",
    overrides: { agentType: "single", tools: [] },
  });
});

const cases: { name: string; change: NodeJS.ProcessEnv; missing: string[]; says: string[] }[] = [
  {
    name: "all missing",
    change: { FLOWOPS_ENV: undefined, LOG_LEVEL: undefined, TENANT_ID: undefined, AGENT_DEFINITION_URI: undefined, AWS_REGION: undefined },
    missing: Object.values(variables),
    says: ["FLOWOPS_ENV, LOG_LEVEL, TENANT_ID, AGENT_DEFINITION_URI, AWS_REGION"],
  },
  { name: "empty and blank", change: { TENANT_ID: "", LOG_LEVEL: " " }, missing: ["LOG_LEVEL", "TENANT_ID"], says: ["LOG_LEVEL, TENANT_ID"] },
  { name: "unknown log level", change: { LOG_LEVEL: "info" }, missing: [], says: ['LOG_LEVEL is "info"', "WARN"] },
  { name: "tenant with a separator", change: { TENANT_ID: "acme#1" }, missing: [], says: ['TENANT_ID is "acme#1"'] },
  { name: "tenant with a wildcard", change: { TENANT_ID: "ac*" }, missing: [], says: ['TENANT_ID is "ac*"'] },
  { name: "definition by another scheme", change: { AGENT_DEFINITION_URI: "https://bucket/key" }, missing: [], says: ["s3://bucket/key"] },
  { name: "definition without a key", change: { AGENT_DEFINITION_URI: "s3://bucket/" }, missing: [], says: ["s3://bucket/key"] },
  { name: "a region that is none", change: { AWS_REGION: "Frankfurt" }, missing: [], says: ['AWS_REGION is "Frankfurt"'] },
  { name: "overrides that are none", change: { AGENT_OVERRIDES: "{" }, missing: [], says: ["AGENT_OVERRIDES: it is not JSON"] },
  {
    name: "missing and invalid, all at once",
    change: { FLOWOPS_ENV: "", LOG_LEVEL: "LOUD", TENANT_ID: "A" },
    missing: ["FLOWOPS_ENV"],
    says: ["missing or empty: FLOWOPS_ENV;", 'LOG_LEVEL is "LOUD"', 'TENANT_ID is "A"'],
  },
];

for (const { name, change, missing, says } of cases) {
  test(name, () => {
    assert.throws(
      () => readEnvironment({ ...complete, ...change }),
      (error: unknown) => {
        assert.ok(error instanceof EnvironmentError);
        assert.deepEqual(error.missing, missing);
        for (const text of says) {
          assert.ok(error.message.includes(text), `${error.message} lacks ${text}`);
        }
        return true;
      },
    );
  });
}

test("the tenant's pattern is the contract's", async () => {
  const contract = await readFile(join(root, "..", "contract", "tenant.go"), "utf8");
  assert.ok(contract.includes(`const TenantIDPattern = \`${tenantIdPattern.source}\``));
});
