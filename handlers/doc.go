// Package handlers holds one folder per Lambda function of contract.Functions,
// named like the function without its hyphens, and below internal what they
// share. Each is a program: main.go wires it, handler.go decides.
package handlers
