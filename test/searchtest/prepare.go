package searchtest

import (
	"github.com/flowops/flowops/contract"
)

// Prepare makes what search-admin makes: the index for vectors of a length, the
// writers' role, mapped to a principal's role, and tenants' aliases.
func (s *Server) Prepare(dimensions int, writerARN string, tenants ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := &index{
		mappings: map[string]any{"properties": map[string]any{"vector": map[string]any{"type": "knn_vector", "dimension": float64(dimensions)}}},
		settings: map[string]any{}, aliases: map[string]alias{}, live: map[string]document{}, visible: map[string]document{},
	}
	s.indexes[contract.VectorIndex] = x
	s.roles[contract.SearchRoleWriter] = role{IndexPermissions: []indexPermission{{
		IndexPatterns:  []string{contract.VectorIndex, contract.TenantAliasPrefix + "*"},
		AllowedActions: []string{"indices:data/read/search", "indices:data/write/bulk*", "indices:admin/refresh*", "indices:data/write/delete/byquery"},
	}}}
	s.mappings[contract.SearchRoleWriter] = mapping{BackendRoles: []string{writerARN}}
	for _, tenant := range tenants {
		x.aliases[contract.TenantAlias(tenant)] = alias{
			Filter: map[string]any{"term": map[string]any{"tenantId": tenant}}, IndexRouting: tenant, SearchRouting: tenant,
		}
	}
}

// Visible are the sources of what is found in an index, in no order.
func (s *Server) Visible(name string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.indexes[name] == nil {
		return nil
	}
	var all []map[string]any
	for _, d := range s.indexes[name].visible {
		all = append(all, d.source)
	}
	return all
}
