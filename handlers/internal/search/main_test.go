package search

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/searchtest"
)

const writerARN = "arn:aws:iam::111111111111:role/flowops-dev-document-ingestion-tenant"

// domainOf is a domain of short pauses for the tests' server.
func domainOf(t *testing.T, s *searchtest.Server, change ...func(*Config)) *Domain {
	t.Helper()
	config := Config{
		Endpoint: s.Host(), Region: searchtest.Region, HTTP: s.Client(),
		BackoffBase: time.Millisecond, BackoffCap: 2 * time.Millisecond, TripAfter: -1,
	}
	for _, c := range change {
		c(&config)
	}
	d, err := NewDomain(config)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// prepared is a server with the index, the writer's role, and aliases.
func prepared(t *testing.T, tenants ...string) *searchtest.Server {
	t.Helper()
	s := searchtest.New(t)
	m := domainOf(t, s).Master(s.Credentials(searchtest.Master))
	type object = map[string]any
	do := func(method, path string, body any) {
		t.Helper()
		if err := m.Do(context.Background(), method, path, body, nil); err != nil {
			t.Fatal(err)
		}
	}
	do(http.MethodPut, "/_index_template/"+contract.VectorIndex, object{
		"index_patterns": []string{contract.VectorIndex},
		"template":       object{"mappings": object{"properties": object{"vector": object{"type": "knn_vector", "dimension": 2}}}},
	})
	do(http.MethodPut, "/"+contract.VectorIndex, nil)
	do(http.MethodPut, "/_plugins/_security/api/roles/"+contract.SearchRoleWriter, object{
		"cluster_permissions": []string{}, "index_permissions": []any{object{
			"index_patterns":  []string{contract.VectorIndex, contract.TenantAliasPrefix + "*"},
			"allowed_actions": []string{"indices:data/read/search", "indices:data/write/bulk*", "indices:admin/refresh*", "indices:data/write/delete/byquery"},
		}},
	})
	do(http.MethodPut, "/_plugins/_security/api/rolesmapping/"+contract.SearchRoleWriter, object{"backend_roles": []string{writerARN}})
	for _, tenant := range tenants {
		do(http.MethodPost, "/_aliases", object{"actions": []any{object{"add": object{
			"index": contract.VectorIndex, "alias": contract.TenantAlias(tenant), "routing": tenant, "filter": term("tenantId", tenant),
		}}}})
	}
	s.Forget()
	return s
}

// tenantOf is a tenant's side of the domain, with its credentials.
func tenantOf(t *testing.T, s *searchtest.Server, d *Domain, tenant string) *Tenant {
	t.Helper()
	it, err := d.Tenant(tenant, s.Credentials(searchtest.Principal{RoleARN: writerARN, Tenant: tenant}))
	if err != nil {
		t.Fatal(err)
	}
	return it
}
