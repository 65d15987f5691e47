package search

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/flowops/flowops/contract"
)

// Master is the domain as its master has it.
type Master struct{ conn conn }

// Do sends a request with in as its JSON body, none where in is nil, and reads
// the answer into out unless that is nil. The request must do once what is done
// twice, since it is sent again where its answer is lost.
func (m *Master) Do(ctx context.Context, method, path string, in, out any) error {
	operation := method + " " + path
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("%s: write the request: %w", operation, err)
		}
	}
	answer, err := m.conn.send(ctx, request{
		operation: operation, method: method, path: path, body: body, timeout: 10 * time.Second, limit: 8 << 20,
	})
	if err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s: %w: %w", operation, ErrMalformed, err)
	}
	return nil
}

// DeleteTenant deletes all entries of a tenant from the vector index and returns
// how many that were. Broken off, it can be done again.
func (m *Master) DeleteTenant(ctx context.Context, tenant string) (int, error) {
	if !contract.ValidTenantID(tenant) {
		return 0, fmt.Errorf("%q is no tenant id", tenant)
	}
	if err := m.Do(ctx, http.MethodPost, "/"+contract.VectorIndex+"/_refresh", nil, nil); err != nil {
		return 0, err
	}
	return m.conn.deleteWhere(ctx, contract.VectorIndex, tenant, allOf(term("tenantId", tenant)))
}
