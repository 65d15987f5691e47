package rest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// A table of endpoints that is not the function's, or routes that do not say
// what they answer, are refused before anything is served.
func TestServeRefuses(t *testing.T) {
	endpoint := func(context.Context, Request) (Answer, error) { return Answer{}, nil }
	all := func() map[string]Endpoint {
		endpoints := map[string]Endpoint{}
		for _, r := range contract.Routes() {
			if r.Function.Name == contract.Records.Name {
				endpoints[r.Method+" "+r.Path] = endpoint
			}
		}
		return endpoints
	}
	first := slices.IndexFunc(contract.Routes(), func(r contract.Route) bool { return r.Name == "createTicket" })
	for name, tt := range map[string]struct {
		change func(map[string]Endpoint, *contract.Route)
		want   string // empty: it is served
	}{
		"all of them":       {func(map[string]Endpoint, *contract.Route) {}, ""},
		"no answer":         {func(_ map[string]Endpoint, r *contract.Route) { r.Answers = nil }, "POST /tickets has no answer"},
		"an endpoint less":  {func(e map[string]Endpoint, _ *contract.Route) { delete(e, "GET /tickets") }, "GET /tickets has no endpoint"},
		"an endpoint more":  {func(e map[string]Endpoint, _ *contract.Route) { e["POST /chat"] = endpoint }, "11 routes and 12 endpoints"},
		"an unknown model":  {func(_ map[string]Endpoint, r *contract.Route) { r.Body = "Nothing" }, "Nothing"},
		"another's route":   {func(_ map[string]Endpoint, r *contract.Route) { r.Function = contract.SafeActions }, "10 routes and 11 endpoints"},
		"a route by itself": {func(_ map[string]Endpoint, r *contract.Route) { r.Path = "/paint" }, "POST /paint has no endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			routes, endpoints := contract.Routes(), all()
			tt.change(endpoints, &routes[first])
			err := (&API{routes: map[string]served{}}).serve(contract.Records, routes, endpoints)
			if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want one with %q", err, tt.want)
			}
		})
	}
}
