package contract

import (
	"fmt"
	"strings"
)

// TenantKeyPrefix begins every partition key, of tables and of indexes alike:
// it is what lets dynamodb:LeadingKeys isolate tenants.
const TenantKeyPrefix = "TENANT#<t>"

// Attribute is a key attribute (a string) and the pattern of its values, in
// which "<x>" stands for a value.
type Attribute struct {
	Name    string
	Pattern string
}

// Index is a global secondary index. Both keys are strings and every attribute
// is projected.
type Index struct {
	Name   string
	PK, SK Attribute
}

// Table is the key schema of a DynamoDB table.
type Table struct {
	Name    string // short name, as in "tickets"; the environment adds its prefix
	PK, SK  Attribute
	Indexes []Index
	TTL     string // attribute with the expiry in Unix seconds; empty for none
}

// The index names.
const (
	GSI1 = "GSI1"
	GSI2 = "GSI2"
)

// TTLAttribute holds when an item expires, in Unix seconds. Items without it
// stay.
const TTLAttribute = "expiresAt"

// Sort keys of items that stand beside those of a table's own pattern.
const (
	// DocumentHead is a document as it is now; its versions stand below it.
	DocumentHead = "DOC#<id>"
	// ChatTurn is a chat message and its answer, on their way. It stands beside
	// the connections and expires as they do.
	ChatTurn = "TURN#<turn>"
	// ConversationEscalated says that a person was called to a conversation, and
	// by which turn first. It stands before the conversation's messages.
	ConversationEscalated = "CONV#<conversation>#ESCALATED"
	// IdempotentRequest is what a write with an Idempotency-Key answered. It
	// stands in the table that was written to, so that both are written or
	// neither is, and it expires. Of an action it stands in the Tickets table, in
	// the same transaction: what is in the Audit table stays.
	IdempotentRequest = "REQUEST#<hash>"
)

func pk() Attribute { return Attribute{"PK", TenantKeyPrefix} }

func sk(pattern string) Attribute { return Attribute{"SK", pattern} }

func gsi(name, pkPattern, skPattern string) Index {
	return Index{name, Attribute{name + "PK", pkPattern}, Attribute{name + "SK", skPattern}}
}

// The tables. Their attributes are written by the handlers' stores.
var (
	// Tickets is queryable by tenant and status, and by tenant and time.
	Tickets = Table{Name: "tickets", PK: pk(), SK: sk("TICKET#<id>"), Indexes: []Index{
		gsi(GSI1, TenantKeyPrefix+"#STATUS#<status>", "CREATED#<time>"),
		gsi(GSI2, TenantKeyPrefix, "UPDATED#<time>"),
	}, TTL: TTLAttribute}
	// Conversations holds one item a message.
	Conversations = Table{Name: "conversations", PK: pk(), SK: sk("CONV#<conversation>#MSG#<message>"), Indexes: []Index{
		gsi(GSI1, TenantKeyPrefix+"#TICKET#<ticket>", "CREATED#<time>"),
	}}
	// Metadata holds documents: a head item "DOC#<id>" and one item a version.
	Metadata = Table{Name: "metadata", PK: pk(), SK: sk("DOC#<id>#V#<version>"), Indexes: []Index{
		gsi(GSI1, TenantKeyPrefix+"#STATUS#<status>", "UPDATED#<time>"),
	}, TTL: TTLAttribute}
	// Agents is the agent configuration.
	Agents = Table{Name: "agents", PK: pk(), SK: sk("AGENT#<id>")}
	// Connections are open WebSocket connections; they expire.
	Connections = Table{Name: "connections", PK: pk(), SK: sk("CONN#<id>"), TTL: TTLAttribute}
	// Audit is the append-only approval chain of actions.
	Audit = Table{Name: "audit", PK: pk(), SK: sk("ACTION#<time>#<id>")}
)

// Tables are all tables.
func Tables() []Table {
	return []Table{Tickets, Conversations, Metadata, Connections, Audit, Agents}
}

// Check tells what is wrong with the schema: a partition key without the
// tenant prefix, a missing name, an attribute named twice. nil if nothing is.
func (t Table) Check() error {
	if t.Name == "" {
		return fmt.Errorf("the table has no name")
	}
	seen := map[string]bool{}
	keys := []Index{{"the table", t.PK, t.SK}}
	for _, i := range t.Indexes {
		keys = append(keys, Index{"index " + i.Name, i.PK, i.SK})
	}
	for _, k := range keys {
		if k.PK.Pattern != TenantKeyPrefix && !strings.HasPrefix(k.PK.Pattern, TenantKeyPrefix+"#") {
			return fmt.Errorf("the partition key of %s is %q: it must be %q, or begin with %q", k.Name, k.PK.Pattern, TenantKeyPrefix, TenantKeyPrefix+"#")
		}
		for _, a := range []Attribute{k.PK, k.SK} {
			if a.Name == "" {
				return fmt.Errorf("a key attribute of %s has no name", k.Name)
			}
			if seen[a.Name] {
				return fmt.Errorf("key attribute %s is used twice: each index has attributes of its own", a.Name)
			}
			seen[a.Name] = true
		}
	}
	return nil
}

// Key fills pattern's "<x>" in order: Key("TENANT#<t>#STATUS#<status>",
// "acme", "open") is "TENANT#acme#STATUS#open". It returns an error where the
// count of values differs or a value is empty or holds "#".
func Key(pattern string, values ...string) (string, error) {
	var b strings.Builder
	rest := pattern
	for _, v := range values {
		open, end := strings.IndexByte(rest, '<'), strings.IndexByte(rest, '>')
		if open < 0 || end < open {
			return "", fmt.Errorf("key %q takes fewer than %d values", pattern, len(values))
		}
		if v == "" || strings.ContainsRune(v, '#') {
			return "", fmt.Errorf("key %q: value %q for %s is empty or holds '#'", pattern, v, rest[open:end+1])
		}
		b.WriteString(rest[:open])
		b.WriteString(v)
		rest = rest[end+1:]
	}
	if strings.ContainsRune(rest, '<') {
		return "", fmt.Errorf("key %q takes more than %d values", pattern, len(values))
	}
	b.WriteString(rest)
	return b.String(), nil
}
