package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/flowops/flowops/contract"
)

// Two tenants at once, hundreds of requests in parallel: never a byte of one in
// an answer to the other.
func tickets(h harness) {
	const each = 40
	tenants := []string{"acme", "acme2"}
	var all sync.WaitGroup
	for _, tenant := range tenants {
		other := tenants[0]
		if tenant == other {
			other = tenants[1]
		}
		for n := range each {
			all.Go(func() {
				p := agent(tenant, fmt.Sprintf("%s-person-%d", tenant, n))
				body := fmt.Sprintf(`{"subject":"mark-of-%s: number %d","description":"the printer of mark-of-%s","priority":"high"}`, tenant, n, tenant)
				var made, again contract.Ticket
				a := h.send(p, http.MethodPost, "/tickets", body, contract.HeaderIdempotencyKey, fmt.Sprint("key-", n))
				a.into(http.StatusCreated, &made)
				b := h.send(p, http.MethodPost, "/tickets", body, contract.HeaderIdempotencyKey, fmt.Sprint("key-", n))
				b.into(http.StatusCreated, &again)
				if made.TicketID != again.TicketID {
					h.t.Errorf("the same request made %s and %s", made.TicketID, again.TicketID)
				}
				var got contract.Ticket
				c := h.send(p, http.MethodGet, "/tickets/"+made.TicketID, "")
				c.into(http.StatusOK, &got)
				d := h.send(p, http.MethodPatch, "/tickets/"+made.TicketID, `{"version":1,"status":"in_progress"}`)
				d.into(http.StatusOK, nil)
				e := h.send(p, http.MethodGet, "/tickets?status=in_progress&limit=100", "")
				e.into(http.StatusOK, nil)
				foreign := agent(other, "someone")
				f := h.send(foreign, http.MethodGet, "/tickets/"+made.TicketID, "")
				f.into(http.StatusNotFound, nil)
				if got.Subject != fmt.Sprintf("mark-of-%s: number %d", tenant, n) {
					h.t.Errorf("ticket %+v", got)
				}
				for _, own := range []answer{a, b, c, d, e} {
					if strings.Contains(own.Body, "mark-of-"+other+":") {
						h.t.Errorf("%s sees what is %s's: %s", tenant, other, own.Body)
					}
				}
				if strings.Contains(f.Body, "mark-of-") {
					h.t.Errorf("%s sees what is %s's: %s", other, tenant, f.Body)
				}
			})
		}
	}
	all.Wait()
	for _, tenant := range tenants {
		seen := map[string]bool{}
		cursor := ""
		for range 2 * each {
			var page struct {
				Items      []contract.Ticket
				NextCursor string
			}
			path := "/tickets?limit=7"
			if cursor != "" {
				path += "&cursor=" + cursor
			}
			h.send(admin(tenant, "reader"), http.MethodGet, path, "").into(http.StatusOK, &page)
			for _, ticket := range page.Items {
				seen[ticket.TicketID] = true
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if len(seen) != each {
			h.t.Errorf("%s has %d tickets, want %d", tenant, len(seen), each)
		}
	}
}
