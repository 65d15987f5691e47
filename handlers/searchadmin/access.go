package main

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
)

const (
	rolesPath    = "/_plugins/_security/api/roles/"
	mappingsPath = "/_plugins/_security/api/rolesmapping/"
)

// noRole stands in a mapping where a role was that is mapped no more, and is
// nobody's role. The API changes a list by position alone: entries that keep
// their positions make changes by others, at the same time, harmless. It also
// keeps the list from being empty, which the API could not add to.
const noRole = "flowops:none"

// securityRole is a role as the security plugin has it.
type securityRole struct {
	ClusterPermissions []string          `json:"cluster_permissions"`
	IndexPermissions   []indexPermission `json:"index_permissions"`
	TenantPermissions  []any             `json:"tenant_permissions"`
}

type indexPermission struct {
	IndexPatterns  []string `json:"index_patterns"`
	DLS            string   `json:"dls,omitempty"`
	FLS            []string `json:"fls"`
	MaskedFields   []string `json:"masked_fields"`
	AllowedActions []string `json:"allowed_actions"`
}

// wanted is the role as the request describes it.
func wanted(r contract.SearchRole) securityRole {
	list := func(values []string) []string { return append([]string{}, values...) } // [] and not null
	return securityRole{
		ClusterPermissions: list(r.ClusterActions), TenantPermissions: []any{},
		IndexPermissions: []indexPermission{{
			IndexPatterns: list(r.IndexPatterns), FLS: []string{}, MaskedFields: []string{}, AllowedActions: list(r.IndexActions),
		}},
	}
}

// normal is the role with its lists in order, where order means nothing.
func (r securityRole) normal() securityRole {
	list := func(values []string) []string { return slices.Sorted(slices.Values(values)) }
	n := securityRole{ClusterPermissions: list(r.ClusterPermissions)}
	for _, p := range r.IndexPermissions {
		n.IndexPermissions = append(n.IndexPermissions, indexPermission{list(p.IndexPatterns), p.DLS, list(p.FLS), list(p.MaskedFields), list(p.AllowedActions)})
	}
	if len(r.TenantPermissions) > 0 {
		n.TenantPermissions = r.TenantPermissions
	}
	return n
}

// role makes a security role what the request describes.
func (s steps) role(ctx context.Context, in contract.SearchRole) error {
	want := wanted(in)
	return s.repeat(ctx, func() (bool, error) {
		var all map[string]securityRole
		err := s.master.Do(ctx, http.MethodGet, rolesPath+in.Name, nil, &all)
		if err != nil && !search.HasStatus(err, http.StatusNotFound) {
			return false, err
		}
		if have, ok := all[in.Name]; ok && reflect.DeepEqual(have.normal(), want.normal()) {
			return true, nil
		}
		err = s.master.Do(ctx, http.MethodPut, rolesPath+in.Name, want, nil)
		if conflict(err) {
			return false, nil
		}
		if err == nil {
			s.changed("role " + in.Name)
		}
		return true, err
	})
}

// conflict is that the plugin's configuration was changed by another at the
// same moment.
func conflict(err error) bool { return search.HasStatus(err, http.StatusConflict) }

// mapped reads the backend roles of a security role.
func (s steps) mapped(ctx context.Context, name string) (roles []string, there bool, err error) {
	var all map[string]struct {
		BackendRoles []string `json:"backend_roles"`
	}
	err = s.master.Do(ctx, http.MethodGet, mappingsPath+name, nil, &all)
	if search.HasStatus(err, http.StatusNotFound) {
		return nil, false, nil
	}
	m, there := all[name]
	return m.BackendRoles, there, err
}

// mapping maps IAM roles to a security role, beside those that are mapped
// already. Where there is no mapping it is made, by replacing it: only two
// first setups of a domain at the same moment could undo each other's, and both
// then see to it that theirs is there.
func (s steps) mapping(ctx context.Context, name string, arns []string) error {
	return s.repeat(ctx, twice(func() (bool, error) {
		have, there, err := s.mapped(ctx, name)
		if err != nil {
			return false, err
		}
		if there && missing(have, arns) == nil {
			return true, nil
		}
		if there {
			return false, s.patch(ctx, name, additions(have, arns))
		}
		initial := append([]string{}, arns...)
		if len(initial) == 0 {
			initial = []string{noRole}
		}
		err = s.master.Do(ctx, http.MethodPut, mappingsPath+name, map[string]any{"backend_roles": initial}, nil)
		if err == nil {
			s.changed("mapping of " + name)
		} else if conflict(err) {
			err = nil
		}
		return false, err // read it again: another may have replaced it
	}))
}

// unmap takes an IAM role off a security role.
func (s steps) unmap(ctx context.Context, name, arn string) error {
	return s.repeat(ctx, twice(func() (bool, error) {
		have, _, err := s.mapped(ctx, name)
		if err != nil || !slices.Contains(have, arn) {
			return true, err
		}
		return false, s.patch(ctx, name, removals(have, arn))
	}))
}

// operation is one of a JSON Patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// missing are the arns that are not in have.
func missing(have, arns []string) []string {
	var list []string
	for _, arn := range arns {
		if !slices.Contains(have, arn) {
			list = append(list, arn)
		}
	}
	return list
}

// additions adds what is missing at the end of the list. An empty list is not
// in the document that the plugin patches.
func additions(have, arns []string) []operation {
	if len(have) == 0 {
		return []operation{{"add", "/backend_roles", arns}}
	}
	var list []operation
	for _, arn := range missing(have, arns) {
		list = append(list, operation{"add", "/backend_roles/-", arn})
	}
	return list
}

// removals puts noRole wherever arn stands.
func removals(have []string, arn string) []operation {
	var list []operation
	for i, role := range have {
		if role == arn {
			list = append(list, operation{"replace", fmt.Sprintf("/backend_roles/%d", i), noRole})
		}
	}
	return list
}

func (s steps) patch(ctx context.Context, name string, operations []operation) error {
	err := s.master.Do(ctx, http.MethodPatch, mappingsPath+name, operations, nil)
	if conflict(err) {
		return nil
	}
	if err == nil {
		s.changed("mapping of " + name)
	}
	return err
}
