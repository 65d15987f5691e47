package contract

import (
	"regexp"
	"strings"
	"testing"
)

func TestRuntimeName(t *testing.T) {
	valid := regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{0,47}$`)
	long := strings.Repeat("a", 31)
	names := map[string]string{}
	for _, tenant := range []string{"acme", "acme-eu", "acme-eu-1", long + "a", long + "b", long[:30] + "-a"} {
		for _, prefix := range []string{"flowops_dev_", "elevenchars_staging_"} {
			name := RuntimeName(prefix, tenant)
			if !valid.MatchString(name) {
				t.Errorf("%q is no name for a runtime", name)
			}
			if !strings.HasPrefix(name, prefix) {
				t.Errorf("%q does not begin with %q", name, prefix)
			}
			if other, taken := names[name]; taken {
				t.Errorf("%s and %s are both %q", tenant, other, name)
			}
			names[name] = tenant
		}
	}
	if got := RuntimeName("flowops_dev_", "acme-eu"); got != "flowops_dev_acme_eu" {
		t.Errorf("a short name is kept readable, not %q", got)
	}
}
