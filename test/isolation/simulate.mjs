// Judges batches of IAM requests with iam-simulate: each line of standard input
// is a batch as JSON, each line of standard output its verdicts.
//
//   { "policies": { "<id>": <document> },
//     "requests": [{ "principal", "account", "action", "resource", "context",
//                    "identity": [ids], "boundary": [ids], "endpoint": [ids],
//                    "resourcePolicy": id, "loose": true }] }
//
// A policy that is not valid makes its requests errors. "loose" leaves out the
// check of action, resource and condition keys against AWS's service
// authorization reference: for the actions that the reference has wrong.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

// iam-policy is a dependency of iam-simulate, found as it finds it.
const { createValidatedPolicy, validateIdentityPolicy, validateResourcePolicy, validateEndpointPolicy } =
  createRequire(createRequire(import.meta.url).resolve('@cloud-copilot/iam-simulate'))('@cloud-copilot/iam-policy')

// everything stands for the lack of service control policies.
const everything = [{
  orgIdentifier: 'root',
  policies: [{ name: 'all', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
}]

async function judge(batch) {
  const validated = new Map()
  const policy = (kind, validate) => (id) => {
    const key = kind + id
    if (!validated.has(key)) validated.set(key, createValidatedPolicy(batch.policies[id], validate, { name: id }))
    return validated.get(key)
  }
  const identity = policy('identity:', validateIdentityPolicy)
  const named = (ids, validate) => ids?.length ? ids.map((id) => ({ name: id, policy: validate(id) })) : undefined
  const verdicts = []
  for (const r of batch.requests) {
    const simulation = {
      request: { principal: r.principal, action: r.action, resource: { resource: r.resource, accountId: r.account }, contextVariables: r.context ?? {} },
      identityPolicies: named(r.identity, identity) ?? [],
      serviceControlPolicies: everything,
      resourceControlPolicies: [],
      resourcePolicy: r.resourcePolicy ? policy('resource:', validateResourcePolicy)(r.resourcePolicy) : undefined,
      permissionBoundaryPolicies: named(r.boundary, identity),
      vpcEndpointPolicies: named(r.endpoint, policy('endpoint:', validateEndpointPolicy)),
    }
    verdicts.push(await verdict(simulation, r.loose))
  }
  return verdicts
}

async function verdict(simulation, loose) {
  try {
    if (loose) return { result: runUnsafeSimulation(simulation, {}) }
    const out = await runSimulation(simulation, {})
    if (out.resultType === 'error') return { error: out.errors.message + detail(out.errors) }
    const results = out.resultType === 'single' ? [out.result] : out.results
    const ignored = [...new Set(results.flatMap((x) => x.ignoredContextKeys ?? []))]
    return { result: out.overallResult, ...(ignored.length > 0 && { ignored }) }
  } catch (e) {
    return { error: String(e.message ?? e) }
  }
}

function detail(errors) {
  const { message, ...rest } = errors
  return Object.keys(rest).length > 0 ? ': ' + JSON.stringify(rest) : ''
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line) process.stdout.write(JSON.stringify(await judge(JSON.parse(line))) + '\n')
}
