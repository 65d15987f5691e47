package envs

import "testing"

func TestEveryEnvironmentIsValid(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			c, err := Load(name, func(string) (string, bool) { return "", false })
			if err != nil {
				t.Fatal(err)
			}
			if c.Environment != name {
				t.Fatalf("environment is %q", c.Environment)
			}
		})
	}
}
