package contract

import (
	"slices"
	"strings"
	"testing"
)

// Whatever stands in a tenant's tables has a place in an export or a reason for
// having none: a new kind of item can't be erased without having been exported.
func TestEachKindOfItemIsExportedOrNot(t *testing.T) {
	beside := map[string][]string{
		Tickets.Name: {IdempotentRequest}, Conversations.Name: {ConversationEscalated}, Metadata.Name: {DocumentHead, IdempotentRequest}, Connections.Name: {ChatTurn},
	}
	kinds := ExportKinds()
	used := make([]bool, len(kinds))
	for _, table := range Tables() {
		patterns := append([]string{table.SK.Pattern}, beside[table.Name]...)
		if table.Name == Audit.Name || table.Name == Agents.Name {
			continue
		}
		for _, pattern := range patterns {
			n := slices.IndexFunc(kinds, func(k ExportKind) bool { return k.Table.Name == table.Name && strings.HasPrefix(pattern, k.Begins) })
			if n < 0 {
				t.Errorf("%s of %s is in no kind", pattern, table.Name)
				continue
			}
			used[n] = true
		}
	}
	parts := []string{ExportDocuments}
	for n, k := range kinds {
		if !used[n] {
			t.Errorf("there is no item %s of %s", k.Begins, k.Table.Name)
		}
		if k.Part != "" && slices.Contains(parts, k.Part) {
			t.Errorf("two kinds are the part %s", k.Part)
		}
		parts = append(parts, k.Part)
	}
}

// An export is no document, to the rule that starts ingestion and to the
// policies alike, and no tenant's export lies in another's.
func TestExportKeys(t *testing.T) {
	key := ExportKey("acme", "op") + ExportContentKey("d1", "v1")
	if key != "exports/acme/op/contents/d1/v1" || strings.HasPrefix(key, TenantPrefix) {
		t.Errorf("key %s", key)
	}
	if got := ExportObjectKey("tickets", 12); got != "tickets/000012.jsonl" {
		t.Errorf("object %s", got)
	}
	if strings.HasPrefix(ExportKey("acme2", "op"), ExportPrefix+"acme/") {
		t.Error("acme's exports hold acme2's")
	}
}
