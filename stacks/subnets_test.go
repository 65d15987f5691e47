package stacks

import (
	"fmt"
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

// Subnets lie inside their network and do not overlap.
func TestSubnets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(16, 24).Draw(t, "bits")
		network := netip.PrefixFrom(netip.MustParseAddr(fmt.Sprintf("10.%d.%d.0", rapid.IntRange(0, 255).Draw(t, "b"), rapid.IntRange(0, 255).Draw(t, "c"))), bits).Masked()
		n := rapid.IntRange(2, 3).Draw(t, "n")
		subnets := Subnets(network.String(), n)
		if len(subnets) != n {
			t.Fatalf("%d subnets, want %d", len(subnets), n)
		}
		for i, s := range subnets {
			p, err := netip.ParsePrefix(s)
			if err != nil || p.Masked() != p || p.Bits() != bits+2 || !network.Contains(p.Addr()) {
				t.Fatalf("%s in %s: %v", s, network, err)
			}
			for _, other := range subnets[:i] {
				if netip.MustParsePrefix(other).Overlaps(p) {
					t.Fatalf("%s overlaps %s", s, other)
				}
			}
		}
	})
}
