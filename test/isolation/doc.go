// Package isolation proves what the platform's IAM policies allow. All
// policies of an environment are collected from its synthesized stacks, the
// templates in them resolved to sample ARNs, and a real IAM engine
// (iam-simulate, in a process of its own) judges requests under them:
//
//   - the matrix: every role, every action on tenant data, for the own tenant
//     and for all that must be refused;
//   - trust: who can take which role, with which tags;
//   - escalation: known ways to more rights, each for each role;
//   - sufficiency: what the functions were seen to call is allowed, and what
//     is allowed is used or has a written reason;
//   - mutants: policies made too wide, each of which the proofs must refuse.
package isolation
