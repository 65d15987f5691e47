// Judges state machines with asl-validator: each line of standard input is a
// definition in Amazon States Language as JSON, each line of standard output
// the list of what is wrong with it, empty if nothing is.
import { createInterface } from 'node:readline'
import validate from 'asl-validator'

// The validator writes into what it judges; nobody else has it.
function problems(line) {
  try {
    return validate(JSON.parse(line)).errors.map((e) => `${e['Error code']}: ${e.Message}`)
  } catch (e) {
    return [`the validator failed: ${e.message ?? e}`]
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line) process.stdout.write(JSON.stringify(problems(line)) + '\n')
}
