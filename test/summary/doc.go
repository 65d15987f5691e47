// Command summary says what a run of the tests proved. Each part of the suite
// leaves a report behind: the events of `go test -json`, or TAP for the agent's
// tests.
//
//	summary -reports DIR PART...
//
// It fails if a report is missing or ends early, if a package that proves
// something did not say how much, and if a test failed: a figure is never lost
// in silence.
package main
