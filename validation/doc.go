// Package validation judges synthesized Terraform before it is planned: it
// reads the JSON document of each stack, lets every rule give a verdict on
// every resource of its types, and reports what it found.
//
// The document is judged rather than the construct tree because there every
// value is resolved and references are text, so that a rule is a pure function
// of data and can be tried on a snapshot.
//
// A rule never prints, counts or annotates; the engine does. What a rule can't
// read is Unknown, not compliant, and a rule that panics is an error.
package validation
