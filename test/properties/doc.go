// Package properties proves the platform's correctness properties over
// generated configurations. A property is a check of synthesized documents; it
// has mutants, documents that are wrong in one place, and a mutant that the
// check lets pass fails the property.
//
// What others know better they judge: Terraform the documents as a whole, a
// validator of Amazon States Language the state machines.
//
// Property 11 (no tenant reaches another one's data) is a matter of policies,
// and is judged by an IAM engine in test/isolation.
package properties
