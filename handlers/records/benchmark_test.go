package main

import (
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// The function's own part of a request, without AWS: under 1 ms.
func BenchmarkGetTicket(b *testing.B) {
	h := newHarness(b)
	id := h.ticket(call{})
	event := call{method: "GET", route: "/tickets/{id}", id: id}.event()
	b.ReportAllocs()
	for b.Loop() {
		if r, _ := h.api.Handle(b.Context(), event); r.StatusCode != 200 {
			b.Fatal(r.StatusCode)
		}
	}
}

func BenchmarkCreateTicket(b *testing.B) {
	h := newHarness(b)
	event := call{method: "POST", route: "/tickets", body: ticketBody}.event()
	b.ReportAllocs()
	for b.Loop() {
		if r, _ := h.api.Handle(b.Context(), event); r.StatusCode != 201 {
			b.Fatal(r.StatusCode)
		}
	}
}

// What a cold start adds: routes and models.
func BenchmarkAPI(b *testing.B) {
	h := handler{origins: cors.Parse(handlertest.Origin), names: names{tickets: contract.Tickets.Name}}
	for b.Loop() {
		if _, err := h.api(); err != nil {
			b.Fatal(err)
		}
	}
}
