package tenant

import (
	"errors"
	"testing"

	"github.com/flowops/flowops/contract"
)

func TestFromHandover(t *testing.T) {
	for name, tt := range map[string]struct {
		tenant, subject, reason string
	}{
		"good": {"acme", "3f1b7a52", ""}, "no tenant": {"", "p", ReasonMissing}, "a tenant that can't be one": {"acme#x", "p", ReasonMalformed},
		"a prefix with more": {"acme/", "p", ReasonMalformed}, "no subject": {"acme", "", ReasonSubject}, "a subject that can't be one": {"acme", "a#b", ReasonSubject},
	} {
		got, err := FromHandover(contract.ChatHandover{TenantID: tt.tenant, Subject: tt.subject})
		var refused *RefusedError
		switch {
		case tt.reason == "":
			if err != nil || got.Tenant() != tt.tenant || got.Subject() != tt.subject || got.HasRole(contract.Roles...) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		case !errors.As(err, &refused) || refused.Reason != tt.reason || got.Tenant() != "":
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestFromDataStep(t *testing.T) {
	for id, want := range map[string]bool{"acme": true, "": false, "Acme": false, "acme/x": false, "a*": false, "acme#x": false} {
		identity, err := FromDataStep(contract.TenantDataStep{TenantID: id})
		if (err == nil) != want || want != (identity.Tenant() == id && id != "") || identity.Subject() != "" || identity.HasRole(contract.Roles...) {
			t.Errorf("%q: %+v, %v", id, identity, err)
		}
	}
}
