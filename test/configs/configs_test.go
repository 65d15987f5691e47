package configs

import (
	"go/parser"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryDrawnConfigurationIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Any().Draw(t, "config")
		if p := c.Validate(); len(p) > 0 {
			t.Fatalf("%v\n%s", p, Go(c))
		}
		if _, err := parser.ParseExpr(Go(c)); err != nil {
			t.Fatalf("printed as what is no Go: %v\n%s", err, Go(c))
		}
	})
}

// Every fault of every kind is found, and found in its field alone.
func TestEveryInvalidConfigurationNamesItsField(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		valid := Any().Draw(t, "config")
		for _, f := range Faults() {
			c := copyOf(valid)
			f.wrong(&c)
			if p := c.Validate(); len(p) != 1 || p[0].Field != f.Field {
				t.Fatalf("%s is wrong; problems:\n%v\n%s", f.Field, p, Go(c))
			}
		}
		drawn := AnyInvalid().Draw(t, "invalid")
		if p := drawn.Config.Validate(); len(p) != 1 || p[0].Field != drawn.Field {
			t.Fatalf("%s is wrong; problems:\n%v", drawn.Field, p)
		}
	})
}
