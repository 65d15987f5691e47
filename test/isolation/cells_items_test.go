package isolation

import (
	"strings"

	"github.com/flowops/flowops/contract"
)

// Actions on items, which name the partition keys that they touch.
var (
	itemActions = []string{"BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"}
	partiQL     = []string{"PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"}
)

// Actions that reach a table's items past their keys.
var tableActions = []string{
	"CreateBackup", "CreateTableReplica", "DeleteResourcePolicy", "DeleteTable", "ExportTableToPointInTime", "PutResourcePolicy",
	"RestoreTableToPointInTime", "Scan", "UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive",
}

func (a *account) itemCells() []cell {
	var cells []cell
	for _, table := range contract.Tables() {
		arn := a.table(table)
		for _, action := range append(append([]string{}, itemActions...), partiQL...) {
			cells = append(cells, keyCells(table.Name, "dynamodb:"+action, arn, table.PK.Pattern)...)
		}
		for _, index := range table.Indexes {
			for _, action := range []string{"Query", "PartiQLSelect"} {
				cells = append(cells, keyCells(table.Name, "dynamodb:"+action, arn+"/index/"+index.Name, index.PK.Pattern)...)
			}
			cells = append(cells, a.whole(table.Name, "dynamodb:Scan", arn+"/index/"+index.Name))
		}
		for _, action := range tableActions {
			cells = append(cells, a.whole(table.Name, "dynamodb:"+action, arn))
		}
		for _, action := range []string{"DescribeStream", "GetRecords", "GetShardIterator"} {
			cells = append(cells, a.whole(table.Name, "dynamodb:"+action, arn+"/stream/2026-01-01T00:00:00.000"))
		}
	}
	return cells
}

// keyCells are the cells of an action on a table or an index, with the keys
// that the pattern makes.
func keyCells(store, action, arn, pattern string) []cell {
	key := func(tenant string) string { return sampleKey(pattern, tenant) }
	keys := func(values ...string) map[string][]string { return map[string][]string{"dynamodb:LeadingKeys": values} }
	cells := perTenant(store, action, func(tenant string) (string, map[string][]string) { return arn, keys(key(tenant)) })
	// What no tenant has, but a tag that is empty would name.
	cells = append(cells, tried(emptyTag, store, action, arn).tagged("").with(keys(key(""))))
	cells = append(cells,
		tried(foreignBatch, store, action, arn).with(keys(key(own), key(other))), tried(foreignBatch, store, action, arn).with(keys(key(other), key(own))),
		cell{column: noKey, store: store, action: action, resource: arn, tag: text(own)})
	for _, wrong := range []string{own, "TENANT#", "tenant#" + own, "TENANT#" + strings.ToUpper(own), "TENANT#" + own + "STATUS", "TENANT#" + own + "2#STATUS#open", "OTHER#TENANT#" + own} {
		cells = append(cells, tried(malformed, store, action, arn).with(keys(wrong)))
	}
	return cells
}

// sampleKey fills a key's pattern.
func sampleKey(pattern, tenant string) string {
	key := strings.Replace(pattern, "<t>", tenant, 1)
	for strings.Contains(key, "<") {
		open, end := strings.IndexByte(key, '<'), strings.IndexByte(key, '>')
		key = key[:open] + "sample" + key[end+1:]
	}
	return key
}
