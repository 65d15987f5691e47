package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

// roleName is what the names of the platform's security roles look like. Those
// that the domain brings, all_access among them, do not.
var roleName = regexp.MustCompile(`^flowops_[a-z_]{1,60}$`)

// roleARN is what the ARN of an IAM role looks like.
var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}$`)

// parse reads a request and refuses what this function must not do.
func (h handler) parse(in json.RawMessage) (contract.SearchRequest, error) {
	var request contract.SearchRequest
	d := json.NewDecoder(bytes.NewReader(in))
	d.DisallowUnknownFields()
	if err := d.Decode(&request); err != nil {
		return request, InvalidRequest{err.Error()} // names fields and types, not values
	}
	if _, err := d.Token(); err != io.EOF { //nolint:errorlint // as documented
		return request, InvalidRequest{"something follows it"}
	}
	switch {
	case (request.Setup == nil) == (request.Tenant == nil):
		return request, InvalidRequest{"exactly one of setup and tenant must be set"}
	case request.Setup != nil:
		return request, checkSetup(*request.Setup)
	}
	return request, h.checkTenant(*request.Tenant)
}

func (h handler) checkTenant(t contract.SearchTenant) error {
	if !contract.ValidTenantID(t.TenantID) {
		return InvalidRequest{"tenantId is no tenant id"}
	}
	if !roleARN.MatchString(t.RoleARN) || !strings.HasPrefix(t.RoleARN, h.tenantRoles) {
		return InvalidRequest{"roleArn is no role below " + h.tenantRoles}
	}
	return nil
}

func checkSetup(s contract.SearchSetup) error {
	if s.Index != contract.VectorIndex {
		return InvalidRequest{"index must be " + contract.VectorIndex}
	}
	t, err := parseTemplate(s.Template)
	if err != nil || !slices.Equal(t.Patterns, []string{s.Index}) {
		return InvalidRequest{"template must be an index template of " + s.Index + " alone"}
	}
	for _, r := range s.Roles {
		if !roleName.MatchString(r.Name) {
			return InvalidRequest{"a role's name must match " + roleName.String()}
		}
		for _, p := range r.IndexPatterns {
			if p != contract.VectorIndex && p != contract.TenantAliasPrefix+"*" {
				return InvalidRequest{fmt.Sprintf("role %s reaches beyond the index", r.Name)}
			}
		}
		for _, b := range r.BackendRoles {
			if !roleARN.MatchString(b) {
				return InvalidRequest{fmt.Sprintf("role %s has a backend role that is no IAM role", r.Name)}
			}
		}
	}
	return nil
}

// template is what is read of an index template.
type template struct {
	Patterns []string `json:"index_patterns"`
	Template struct {
		Settings struct {
			Index map[string]any `json:"index"`
		} `json:"settings"`
		Mappings map[string]any `json:"mappings"`
	} `json:"template"`
}

func parseTemplate(text json.RawMessage) (template, error) {
	var t template
	if err := json.Unmarshal(text, &t); err != nil {
		return t, fmt.Errorf("read the index template: %w", err)
	}
	return t, nil
}
