package stacks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

func TestSearchSetup(t *testing.T) {
	cfg := loadEnv(t, "prod")
	got := searchSetup(cfg)
	var template any
	if err := json.Unmarshal(got.Template, &template); err != nil {
		t.Fatal(err)
	}
	aiWant(t, "index settings", synth.Get(template, "template", "settings"), `{"index":{"knn":true,"number_of_shards":6,"number_of_replicas":2}}`)
	aiWant(t, "vectors", synth.Get(template, "template", "mappings", "properties", "vector"), `{"type":"knn_vector","dimension":1024,
		"method":{"name":"hnsw","engine":"faiss","space_type":"cosinesimil","parameters":{"m":16,"ef_construction":256}}}`)
	aiWant(t, "tenant", synth.Get(template, "template", "mappings", "properties", "tenantId"), `{"type":"keyword"}`)
	aiWant(t, "routing", synth.Get(template, "template", "mappings", "_routing"), `{"required":true}`)
	aiWant(t, "patterns", synth.Get(template, "index_patterns"), `["flowops-vectors"]`)
	indexes := []string{"flowops-vectors", "flowops-vectors-*"}
	want := contract.SearchSetup{Index: "flowops-vectors", Template: got.Template, Roles: []contract.SearchRole{
		{Name: "flowops_vectors_reader", ClusterActions: []string{"indices:data/read/msearch"}, IndexPatterns: indexes,
			IndexActions: []string{"indices:data/read/search"}, BackendRoles: []string{}},
		{Name: "flowops_vectors_writer", IndexPatterns: indexes,
			ClusterActions: []string{"indices:data/read/scroll", "indices:data/read/scroll/clear", "indices:data/write/bulk"},
			IndexActions: []string{
				"indices:admin/refresh*", "indices:data/read/search", "indices:data/write/bulk*", "indices:data/write/delete",
				"indices:data/write/delete/byquery", "indices:data/write/index",
			},
			BackendRoles: []string{"arn:aws:iam::333333333333:role/flowops-prod-document-ingestion-tenant"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	cfg.Search.KNNEngine, cfg.Search.Shards, cfg.Search.Replicas, cfg.AI.EmbeddingDimensions = "lucene", 2, 1, 256
	if text := string(searchSetup(cfg).Template); !strings.Contains(text, `"engine":"lucene"`) || !strings.Contains(text, `"number_of_shards":2`) ||
		!strings.Contains(text, `"number_of_replicas":1`) || !strings.Contains(text, `"dimension":256`) {
		t.Errorf("template %s", text)
	}
}

func TestAISearchAdmin(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		cfg := loadEnv(t, name)
		d, _ := aiOf(t, cfg)
		data, f := Sample[DataOutputs](cfg), d.One(t, "aws_lambda_function", "search-admin/function")
		if f.Get("memory_size") != 256.0 || f.Get("timeout") != 60.0 {
			t.Errorf("%s: %v MB, %v s", name, f.Get("memory_size"), f.Get("timeout"))
		}
		vpc := "null"
		if cfg.Network.Enabled {
			vpc = `{"subnet_ids":["flowops-prod-private-subnet-ids-a","flowops-prod-private-subnet-ids-b"],"security_group_ids":["flowops-prod-function-security-group"]}`
		}
		aiWant(t, name+" VPC", f.Get("vpc_config"), vpc)
		variables := f.Get("environment", "variables").(map[string]any)
		for variable, want := range map[string]string{
			"SEARCH_ENDPOINT": *data.SearchEndpoint, "SEARCH_MASTER_ROLE": *data.SearchMasterRoleARN,
		} {
			if variables[variable] != want {
				t.Errorf("%s: %s is %v, want %s", name, variable, variables[variable], want)
			}
		}
		// Beside what every function may do, it may take the master role and nothing else.
		own := []string{"Logs", "Traces", "Environment", "DeadLetters", "DeadLettersKey", "NetworkInterfaces"}
		policy := d.One(t, "aws_iam_role_policy", "search-admin/role/policy").JSON(t, "policy")
		for _, s := range policy["Statement"].([]any) {
			if sid := synth.Get(s, "Sid").(string); !slices.Contains(own, sid) {
				aiWant(t, name+" "+sid, s, `{"Sid":"MasterRole","Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["`+*data.SearchMasterRoleARN+`"]}`)
			}
		}
		aiStatement(t, policy, "MasterRole")
	}
}

// The domain is prepared at each deploy that changes its input, the program or
// the domain.
func TestAISearchSetupIsInvoked(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	invocation := d.One(t, "aws_lambda_invocation", "search-setup")
	function := "${aws_lambda_function." + d.One(t, "aws_lambda_function", "search-admin/function").Name
	if invocation.Get("function_name") != function+".function_name}" ||
		invocation.Get("qualifier") != "${aws_lambda_alias."+d.One(t, "aws_lambda_alias", "search-admin/live").Name+".name}" {
		t.Errorf("invokes %v, %v", invocation.Get("function_name"), invocation.Get("qualifier"))
	}
	if invocation.Get("lifecycle_scope") != "CREATE_ONLY" {
		t.Errorf("lifecycle %v", invocation.Get("lifecycle_scope"))
	}
	aiWant(t, "triggers", invocation.Get("triggers"), `{"version":"`+function+`.version}","endpoint":"`+*Sample[DataOutputs](cfg).SearchEndpoint+`"}`)
	var request contract.SearchRequest
	if err := json.Unmarshal([]byte(invocation.Get("input").(string)), &request); err != nil {
		t.Fatal(err)
	}
	want := searchSetup(cfg)
	if diff := cmp.Diff(contract.SearchRequest{Setup: &want}, request); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
}
