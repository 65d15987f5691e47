// Package contract holds the words that infrastructure and code share: table
// keys, environment variables, routes, events, metrics, tools and parameter
// paths. A stack builds from them and a handler reads and writes with them, so
// that neither can drift from the other. It imports nothing of this project.
package contract
