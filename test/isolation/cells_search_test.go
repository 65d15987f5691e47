package isolation

import (
	"strings"

	"github.com/flowops/flowops/contract"
)

var searchMethods = []string{"Delete", "Get", "Head", "Patch", "Post", "Put"}

// Operations below the path of an index or an alias.
var searchOperations = []string{
	"_alias/" + contract.TenantAliasPrefix + own, "_bulk", "_delete_by_query", "_doc/d1", "_mapping", "_mget", "_msearch", "_refresh", "_search", "_settings", "_update/d1",
}

// Paths that are of the domain and no tenant's: a body, or a scroll's id, would
// say which index. The engine reads a "*" in a request as a pattern, so the
// paths have it encoded.
var domainPaths = []string{
	"", "_aliases", "_all/_search", "_bulk", "_cat/indices", "_cluster/settings", "_count", "_mget", "_msearch", "_plugins/_security/api/roles",
	"_plugins/_sql", "_reindex", "_render/template", "_scripts/x", "_search", "_search/pipeline/x", "_search/point_in_time", "_search/scroll", "_snapshot/x", "_tasks",
	"%2A/_search", contract.VectorIndex, contract.VectorIndex + "%2A/_search", contract.VectorIndex + "-%2A/_search",
}

func (a *account) domain() string { return a.arn("es", "domain/"+a.cfg.Name("search")) }

func (a *account) searchCells() []cell {
	var cells []cell
	domain := a.domain() + "/"
	alias := contract.TenantAlias
	for _, method := range searchMethods {
		action := "es:ESHttp" + method
		for _, operation := range append([]string{""}, searchOperations...) {
			cells = append(cells, perTenant("search", action, func(tenant string) (string, map[string][]string) {
				return strings.TrimSuffix(domain+alias(tenant)+"/"+operation, "/"), nil
			})...)
		}
		for _, operation := range searchOperations {
			cells = append(cells, a.whole("search", action, domain+contract.VectorIndex+"/"+operation))
		}
		for _, path := range domainPaths {
			cells = append(cells, a.whole("search", action, domain+path))
		}
		for _, path := range []string{
			alias(own) + "," + alias(other) + "/_search", alias(other) + "," + alias(own) + "/_search", alias(own) + "/../" + alias(other) + "/_search",
			alias(own) + "/../_search", alias(own) + "/%2e%2e/" + alias(other) + "/_search", alias(own) + "/_search/../../" + alias(other) + "/_search",
			alias(own) + "%2A/_search", alias("") + "/_search", strings.ToUpper(alias(own)) + "/_search", "/" + alias(own) + "/_search",
		} {
			cells = append(cells, tried(malformed, "search", action, domain+path))
		}
	}
	return cells
}
