// Package stacks holds the platform's stacks, one file each. A stack is a
// function of the environment's configuration and of the outputs of the stacks
// before it; outputs.go is the contract between them and app.go puts them in
// order.
package stacks
