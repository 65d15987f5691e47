// Package constructs holds the platform's reusable building blocks. A construct
// takes props and knows nothing of stacks or environments; zero values in props
// are the safe choice. A construct used wrongly panics with a *UsageError that
// names its path, which stacks.Build turns into an error.
package constructs
