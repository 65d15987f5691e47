package fakeaws

import "strings"

// Forget removes a tenant's items from a table, as nobody should.
func (c *Cloud) Forget(table, tenant string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.tables[table].items {
		if strings.HasPrefix(key, "TENANT#"+tenant+"\n") {
			delete(c.tables[table].items, key)
		}
	}
}
