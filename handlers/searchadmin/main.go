// Command searchadmin makes the vector index and the security roles inside the
// search domain. Terraform invokes it at deploys that change its input.
package main

import (
	"context"
	"encoding/json"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.SearchAdmin, wire) }

func wire(_ context.Context, in start.Input) (start.Handler[json.RawMessage, json.RawMessage], error) {
	h := handler{log: in.Log}
	return h.handle, nil
}
