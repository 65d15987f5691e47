package stacks

import (
	"encoding/json"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// searchSetup is what search-admin makes inside the domain.
func searchSetup(cfg envs.Config) contract.SearchSetup {
	indexes := []string{contract.VectorIndex, contract.TenantAliasPrefix + "*"}
	return contract.SearchSetup{
		Index: contract.VectorIndex, Template: json.RawMessage(blocks.JSON(indexTemplate(cfg))),
		Roles: []contract.SearchRole{
			{
				// Tenants' agents, each mapped when its tenant comes.
				Name: contract.SearchRoleReader, ClusterActions: []string{"indices:data/read/msearch"},
				IndexPatterns: indexes, IndexActions: []string{"indices:data/read/search"}, BackendRoles: []string{},
			},
			{
				// Ingestion: adds a version's chunks and deletes those of the version before.
				Name: contract.SearchRoleWriter, ClusterActions: []string{"indices:data/read/scroll", "indices:data/read/scroll/clear", "indices:data/write/bulk"},
				IndexPatterns: indexes, IndexActions: []string{
					"indices:admin/refresh*", "indices:data/read/search", "indices:data/write/bulk*", "indices:data/write/delete",
					"indices:data/write/delete/byquery", "indices:data/write/index",
				},
				BackendRoles: []string{cfg.RoleARN(blocks.TenantRoleName(contract.DocumentIngestion.Name))},
			},
		},
	}
}

// indexTemplate is the index template of the pooled vector index. Vectors are
// compared by their angle, which faiss does since OpenSearch 2.19, so that the
// score of a passage does not depend on the length of its vector. A document
// without routing is refused, since it would land outside its tenant's shard.
func indexTemplate(cfg envs.Config) map[string]any {
	type object = map[string]any
	kind := func(name string) object { return object{"type": name} }
	return object{
		"index_patterns": []string{contract.VectorIndex},
		"template": object{
			"settings": object{"index": object{
				"knn": true, "number_of_shards": cfg.Search.Shards, "number_of_replicas": cfg.Search.Replicas,
			}},
			"mappings": object{
				"dynamic": "strict", "_routing": object{"required": true},
				"properties": object{
					"embeddingId": kind("keyword"), "tenantId": kind("keyword"), "documentId": kind("keyword"),
					"version": kind("integer"), "chunkIndex": kind("integer"), "chunkText": kind("text"),
					"vector": object{
						"type": "knn_vector", "dimension": cfg.AI.EmbeddingDimensions,
						"method": object{
							"name": "hnsw", "engine": cfg.Search.KNNEngine, "space_type": "cosinesimil",
							"parameters": object{"m": 16, "ef_construction": 256},
						},
					},
					"metadata": object{"properties": object{"title": kind("text"), "section": kind("text"), "pageNumber": kind("integer")}},
				},
			},
		},
	}
}
