package properties

import (
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The tickets table has an index for tenant and status and one for tenant and
// time, with tenant-prefixed keys.
func TestProperty05_TicketIndexes(t *testing.T) {
	table := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Data, "aws_dynamodb_table", "tickets/table", how)
	}
	prove(t, []string{stacks.Data}, ticketIndexes,
		table("no index for status", func(a map[string]any) { a["global_secondary_index"] = list(a["global_secondary_index"])[1:] }),
		table("no index for time", func(a map[string]any) { a["global_secondary_index"] = list(a["global_secondary_index"])[:1] }),
		table("index key without the tenant", setting("status", "global_secondary_index", 0, "hash_key")),
		table("index by time without the tenant", setting("GSI2SK", "global_secondary_index", 1, "hash_key")),
		table("index without its time", setting(nil, "global_secondary_index", 1, "range_key")),
		table("index of keys alone", setting("KEYS_ONLY", "global_secondary_index", 0, "projection_type")),
		table("index key that is a number", setting("N", "attribute", 2, "type")),
		table("another index, of all tenants", func(a map[string]any) {
			a["global_secondary_index"] = append(list(a["global_secondary_index"]), map[string]any{"name": "All", "hash_key": "SK", "range_key": "PK", "projection_type": "ALL"})
		}),
		table("a local index", setting([]any{map[string]any{"name": "Local", "range_key": "status"}}, "local_secondary_index")),
		table("table key without the tenant", setting("SK", "hash_key")),
		drop("no table", stacks.Data, "aws_dynamodb_table", "tickets/table"),
	)
}

func ticketIndexes(e environment) []string {
	var p problems
	tables := slices.DeleteFunc(e.docs[stacks.Data].Resources("aws_dynamodb_table"), func(r synth.Resource) bool { return r.Get("name") != e.cfg.Name("tickets") })
	if len(tables) != 1 {
		return []string{"there is not one tickets table"}
	}
	table := tables[0]
	types := map[any]any{}
	for _, a := range list(table.Get("attribute")) {
		types[synth.Get(a, "name")] = synth.Get(a, "type")
	}
	// What stands in the keys is written by the functions, by the patterns of
	// the contract; the document names the attributes.
	patterns := map[any]string{contract.Tickets.PK.Name: contract.Tickets.PK.Pattern, contract.Tickets.SK.Name: contract.Tickets.SK.Pattern}
	for _, i := range contract.Tickets.Indexes {
		patterns[i.PK.Name], patterns[i.SK.Name] = i.PK.Pattern, i.SK.Pattern
	}
	tenant := func(attribute any) bool {
		return patterns[attribute] == "TENANT#<t>" || strings.HasPrefix(patterns[attribute], "TENANT#<t>#")
	}
	p.that(tenant(table.Get("hash_key")) && types[table.Get("hash_key")] == "S", "the table's key %v does not begin with the tenant", table.Get("hash_key"))
	p.that(table.Get("local_secondary_index") == nil, "the table has a local index, which nothing reads")
	byStatus, byTime := false, false
	for _, i := range list(table.Get("global_secondary_index")) {
		hash, sort := synth.Get(i, "hash_key"), synth.Get(i, "range_key")
		p.that(tenant(hash), "the key %v of index %v does not begin with the tenant", hash, synth.Get(i, "name"))
		usable := types[hash] == "S" && types[sort] == "S" && synth.Get(i, "projection_type") == "ALL"
		byStatus = byStatus || usable && patterns[hash] == "TENANT#<t>#STATUS#<status>"
		byTime = byTime || usable && patterns[hash] == "TENANT#<t>" && strings.HasSuffix(patterns[sort], "#<time>")
	}
	p.that(byStatus, "no index for tenant and status")
	p.that(byTime, "no index for tenant and time")
	return p
}
