package handlers_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/test/searchtest"
)

// TestSearchAdminProcess starts search-admin as Lambda does, with an STS and a
// search domain of the test's own, and has it do a deploy and take in a tenant.
func TestSearchAdminProcess(t *testing.T) {
	domain := searchtest.New(t)
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { assumeRole(t, domain, w, r) }))
	defer sts.Close()
	dir := t.TempDir()
	certificate, binary := filepath.Join(dir, "domain.pem"), compile(t, contract.SearchAdmin)
	if err := os.WriteFile(certificate, domain.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		event, name string // the event's file, and the name of the error
		changed     int
	}{
		{"tenant.json", "NotPrepared", 0},
		{"deploy.json", "", 6},
		{"deploy.json", "", 0},
		{"tenant.json", "", 2},
	}
	for _, tt := range tests {
		event, err := os.ReadFile(filepath.Join("searchadmin", "testdata", tt.event))
		if err != nil {
			t.Fatal(err)
		}
		env := handlertest.Environment(contract.SearchAdmin)
		env[contract.EnvSearchEndpoint], env[contract.EnvSearchMasterRole] = domain.Host(), searchtest.Master.RoleARN
		for name, value := range map[string]string{
			"AWS_REGION": searchtest.Region, "AWS_ACCESS_KEY_ID": "ASIAFUNCTION", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
			"AWS_ENDPOINT_URL_STS": sts.URL, "SSL_CERT_FILE": certificate,
		} {
			env[name] = value
		}
		got := invoke(t, binary, env, event)
		var answer struct {
			contract.SearchReport
			ErrorType string `json:"errorType"`
		}
		if err := json.Unmarshal(got.body, &answer); err != nil {
			t.Fatalf("%v: %s", err, got.body)
		}
		if answer.ErrorType != tt.name || len(answer.Changed) != tt.changed || (got.outcome == "error") != (tt.name != "") {
			t.Errorf("%s: %s: %s", tt.event, got.outcome, got.body)
		}
	}
	if !strings.Contains(strings.Join(domain.Aliases(contract.VectorIndex), " "), contract.TenantAlias("acme")) {
		t.Errorf("aliases %v", domain.Aliases(contract.VectorIndex))
	}
}

// assumeRole is STS: it gives credentials that the domain knows, to the session
// of search-admin's own name.
func assumeRole(t *testing.T, domain *searchtest.Server, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Action") != "AssumeRole" || form.Get("RoleSessionName") != contract.SearchAdmin.Name || !strings.Contains(r.Header.Get("Authorization"), "ASIAFUNCTION") {
		t.Errorf("STS is asked for %s: %v", body, err)
	}
	c, err := domain.Credentials(searchtest.Principal{RoleARN: form.Get("RoleArn")}).Retrieve(context.Background())
	if err != nil {
		t.Error(err)
	}
	type credentials struct{ AccessKeyId, SecretAccessKey, SessionToken, Expiration string }
	type user struct{ Arn, AssumedRoleId string }
	w.Header().Set("Content-Type", "text/xml")
	if err := xml.NewEncoder(w).Encode(struct {
		XMLName     xml.Name    `xml:"https://sts.amazonaws.com/doc/2011-06-15/ AssumeRoleResponse"`
		Credentials credentials `xml:"AssumeRoleResult>Credentials"`
		User        user        `xml:"AssumeRoleResult>AssumedRoleUser"`
	}{
		Credentials: credentials{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)},
		User:        user{form.Get("RoleArn"), "A:" + form.Get("RoleSessionName")},
	}); err != nil {
		t.Error(err)
	}
}
