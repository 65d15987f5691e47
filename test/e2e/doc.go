// Package e2e tries the compiled functions together: against an AWS account on
// this machine that is made from the synthesized stacks.
package e2e
