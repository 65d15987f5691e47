package isolation

import (
	"maps"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

// column is what a cell of the matrix tries.
type column string

const (
	ownTenant    column = "own tenant"
	otherTenant  column = "other tenant"
	neighbour    column = "prefix neighbour"
	noTag        column = "no tag"
	emptyTag     column = "empty tag"
	wildcardTag  column = "wildcard in the tag"
	foreignBatch column = "foreign key in a batch"
	noKey        column = "no key"
	malformed    column = "malformed"
	wholeStore   column = "whole store"
)

// columns are all columns, in the order of the table.
var columns = []column{ownTenant, otherTenant, neighbour, noTag, emptyTag, wildcardTag, foreignBatch, noKey, malformed, wholeStore}

// about says what is tried, for people.
var about = map[column]string{
	ownTenant:    "a session of `acme` on what is `acme`'s: the only column in which anything may be allowed",
	otherTenant:  "a session of `acme` on what is `globex`'s",
	neighbour:    "on what is `acme2`'s, `acme-eu`'s or `acm`'s, whose names begin alike",
	noTag:        "a session without the tag, on what is `acme`'s",
	emptyTag:     "a session whose tag is empty, on what is `acme`'s and on what no tenant has",
	wildcardTag:  "a session whose tag is `*`, `a*` or `acm?`, on what is `acme`'s and `globex`'s",
	foreignBatch: "a batch or transaction with one key of `globex` among `acme`'s",
	noKey:        "a request that names no key or prefix: a scan, a list of the whole bucket",
	malformed:    "keys, prefixes and paths that are no tenant's own but look so: another case, a missing separator, two aliases in a path, a path that climbs",
	wholeStore:   "what has no tenant: whole tables, the bucket, the pooled index, the domain's own paths, the key without a service",
}

// cell is one question of the matrix, to be asked of every role.
type cell struct {
	column
	store    string // "tickets", "documents", "search", ...
	action   string
	resource string
	tag      *string // of the session; nil for none
	tagName  string  // contract.TenantTag unless given
	context  map[string][]string
	// variant is set where a tag, or the form of what it names, makes the
	// difference to another cell: a role that knows no tags is not asked.
	variant bool
}

func (c cell) String() string {
	tag := "no tag"
	if c.tag != nil {
		tag = "tag " + *c.tag
	}
	var keys []string
	for _, k := range slices.Sorted(maps.Keys(c.context)) {
		keys = append(keys, k+"="+strings.Join(c.context[k], ","))
	}
	return strings.Join(append([]string{string(c.column) + ":", c.action, c.resource, "(" + tag + ")"}, keys...), " ")
}

func text(s string) *string { return &s }

// tagCases are the tags of sessions that must reach nothing.
var tagCases = []struct {
	column
	tag *string
}{
	{noTag, nil}, {emptyTag, text("")}, {wildcardTag, text("*")}, {wildcardTag, text("a*")}, {wildcardTag, text("acm?")},
}

// perTenant makes the cells of one action on something that each tenant has:
// what makes the cell's resource and context of a tenant's id.
func perTenant(store, action string, of func(tenant string) (string, map[string][]string)) []cell {
	make := func(col column, tag *string, tenant string, variant bool) cell {
		resource, context := of(tenant)
		return cell{column: col, store: store, action: action, resource: resource, tag: tag, context: context, variant: variant}
	}
	cells := []cell{make(ownTenant, text(own), own, false), make(otherTenant, text(own), other, false)}
	for _, n := range neighbours {
		cells = append(cells, make(neighbour, text(own), n, true))
	}
	for _, c := range tagCases {
		cells = append(cells, make(c.column, c.tag, own, c.tag != nil))
		if c.tag != nil && *c.tag == "*" {
			cells = append(cells, make(c.column, c.tag, other, true))
		}
	}
	return cells
}

// cells are all questions of the matrix.
func (a *account) cells() []cell {
	return slices.Concat(a.itemCells(), a.objectCells(), a.listCells(), a.searchCells(), a.agentCells(), a.keyCells())
}

// keyCells are uses of the platform's key past the services.
func (a *account) keyCells() []cell {
	var cells []cell
	for _, action := range []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"} {
		cells = append(cells,
			a.whole("key", action, a.keyARN),
			a.whole("key", action, a.keyARN).with(map[string][]string{"kms:ViaService": {"secretsmanager." + a.region + ".amazonaws.com"}}))
	}
	return cells
}

func (a *account) table(t contract.Table) string {
	return a.arn("dynamodb", "table/"+a.cfg.Name(t.Name))
}

// whole is a question about something that has no tenant.
func (a *account) whole(store, action, resource string) cell {
	return cell{column: wholeStore, store: store, action: action, resource: resource, tag: text(own)}
}

// tried is a session of own on something else.
func tried(col column, store, action, resource string) cell {
	return cell{column: col, store: store, action: action, resource: resource, tag: text(own), variant: true}
}

func (c cell) with(context map[string][]string) cell {
	c.context = context
	return c
}

func (c cell) tagged(tag string) cell {
	c.tag = text(tag)
	return c
}
