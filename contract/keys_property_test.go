package contract

import (
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var tenantIDs = rapid.StringMatching(`[a-z0-9][a-z0-9-]{1,30}[a-z0-9]`)

// allowed is what dynamodb:LeadingKeys lets a tenant's credentials reach:
// "TENANT#<t>" and "TENANT#<t>#*".
func allowed(tenant, key string) bool {
	own := "TENANT#" + tenant
	match, err := path.Match(own+"#*", strings.ReplaceAll(key, "/", "_"))
	return key == own || (err == nil && match)
}

// No key of one tenant, in a table or an index, is within reach of another's
// credentials; each tenant reaches all of its own.
func TestKeysOfOneTenantAreOutOfReachOfAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owner := tenantIDs.Draw(t, "owner")
		other := rapid.OneOf(
			tenantIDs,
			// A neighbour: the owner's id with something behind it, or without its end.
			rapid.Map(tenantIDs, func(s string) string { return strings.TrimRight((owner + s)[:min(32, len(owner+s))], "-") }),
			rapid.Just(strings.TrimRight(owner[:len(owner)-1], "-")),
		).Filter(func(s string) bool { return s != owner }).Draw(t, "other")
		value := rapid.StringMatching(`[^#]{1,12}`).Draw(t, "value")
		for _, table := range Tables() {
			for _, pattern := range partitionKeys(table) {
				values := []string{owner}
				for range strings.Count(pattern, "<") - 1 {
					values = append(values, value)
				}
				key, err := Key(pattern, values...)
				if err != nil {
					t.Fatal(err)
				}
				if !allowed(owner, key) {
					t.Fatalf("%s can't reach its own %s", owner, key)
				}
				if allowed(other, key) {
					t.Fatalf("%s reaches %s of %s", other, key, owner)
				}
			}
		}
	})
}

func partitionKeys(table Table) []string {
	keys := []string{table.PK.Pattern}
	for _, i := range table.Indexes {
		keys = append(keys, i.PK.Pattern)
	}
	return keys
}

func TestDrawnTenantIDsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if id := tenantIDs.Draw(t, "id"); !ValidTenantID(id) {
			t.Fatalf("%q", id)
		}
	})
}
