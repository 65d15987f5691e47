package searchtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/flowops/flowops/contract"
)

const securityPath = "/_plugins/_security/api/"

// role is a security role, as the API takes and gives it.
type role struct {
	ClusterPermissions []string          `json:"cluster_permissions"`
	IndexPermissions   []indexPermission `json:"index_permissions"`
	TenantPermissions  []any             `json:"tenant_permissions"`
}

type indexPermission struct {
	IndexPatterns  []string `json:"index_patterns"`
	FLS            []string `json:"fls"`
	MaskedFields   []string `json:"masked_fields"`
	AllowedActions []string `json:"allowed_actions"`
}

// mapping is a role mapping, as the API takes and gives it.
type mapping struct {
	BackendRoles    []string `json:"backend_roles"`
	Hosts           []string `json:"hosts"`
	Users           []string `json:"users"`
	AndBackendRoles []string `json:"and_backend_roles"`
}

// Mapped are the backend roles of a security role, and whether it has a mapping.
func (s *Server) Mapped(name string) ([]string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.mappings[name]
	return slices.Clone(m.BackendRoles), ok
}

// Allowed are the index actions of a security role.
func (s *Server) Allowed(name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.roles[name].IndexPermissions) == 0 {
		return nil
	}
	return slices.Clone(s.roles[name].IndexPermissions[0].AllowedActions)
}

// permits is whether the domain's own access control lets by at the path: the
// master everywhere, others as the roles do that theirs is mapped to.
func (s *Server) permits(by Principal, parts []string) bool {
	if by.RoleARN == Master.RoleARN {
		return true
	}
	action := map[string]string{
		"_search": "indices:data/read/search", "_bulk": "indices:data/write/bulk*",
		"_refresh": "indices:admin/refresh*", "_delete_by_query": "indices:data/write/delete/byquery",
	}[parts[len(parts)-1]]
	for name, m := range s.mappings {
		if !slices.Contains(m.BackendRoles, by.RoleARN) {
			continue
		}
		for _, p := range s.roles[name].IndexPermissions {
			if slices.Contains(p.AllowedActions, action) && slices.Contains(p.IndexPatterns, contract.VectorIndex) {
				return true
			}
		}
	}
	return false
}

func message(status int, name, text string) reply {
	return reply{status, map[string]string{"status": name, "message": text}}
}

// security is the security plugin's API of roles and mappings.
func (s *Server) security(c Call) reply {
	kind, name, _ := strings.Cut(strings.TrimPrefix(c.Path, securityPath), "/")
	_, haveRole := s.roles[name]
	_, haveMapping := s.mappings[name]
	found := kind == "roles" && haveRole || kind == "rolesmapping" && haveMapping
	if !found && c.Method != "PUT" {
		return message(404, "NOT_FOUND", "Resource '"+name+"' not found.")
	}
	switch kind + " " + c.Method {
	case "roles GET":
		return reply{200, map[string]any{name: s.roles[name]}}
	case "rolesmapping GET":
		return reply{200, map[string]any{name: s.mappings[name]}}
	case "roles PUT":
		var r role
		if err := strict(c.Body, &r); err != nil || len(r.IndexPermissions) == 0 {
			return reply{400, map[string]string{"status": "error", "reason": "Invalid configuration"}}
		}
		s.roles[name] = r
	case "rolesmapping PUT":
		var m mapping
		if err := strict(c.Body, &m); err != nil {
			return reply{400, map[string]string{"status": "error", "reason": "Invalid configuration"}}
		}
		if !haveRole {
			return message(404, "NOT_FOUND", "Role '"+name+"' not found.")
		}
		s.mappings[name] = m
	case "rolesmapping PATCH":
		if answer := s.patch(name, c.Body); answer != nil {
			return *answer
		}
	default:
		return message(405, "METHOD_NOT_ALLOWED", "Method "+c.Method+" not supported for this action.")
	}
	if found {
		return message(200, "OK", "'"+name+"' updated.")
	}
	return message(201, "CREATED", "'"+name+"' created.")
}

// patch applies a JSON Patch to a mapping. The plugin takes no operation but
// these three, and leaves an empty list out of what it patches.
func (s *Server) patch(name, body string) *reply {
	refuse := func(text string) *reply { r := message(400, "BAD_REQUEST", text); return &r }
	var operations []struct{ Op, Path, Value string }
	if err := json.Unmarshal([]byte(body), &operations); err != nil || len(operations) == 0 {
		return refuse("Wrong request body")
	}
	m := s.mappings[name]
	list := slices.Clone(m.BackendRoles)
	for _, o := range operations {
		at, ok := strings.CutPrefix(o.Path, "/backend_roles/")
		if !ok || len(list) == 0 {
			return refuse("no such path in target JSON document")
		}
		if o.Op == "add" && at == "-" {
			list = append(list, o.Value)
			continue
		}
		i, err := strconv.Atoi(at)
		if err != nil || i < 0 || i >= len(list) {
			return refuse("array index out of range")
		}
		switch o.Op {
		case "replace":
			list[i] = o.Value
		case "remove":
			list = slices.Delete(list, i, i+1)
		default:
			return refuse("Unsupported patch operation: " + o.Op)
		}
	}
	m.BackendRoles = list
	s.mappings[name] = m
	return nil
}

func strict(body string, out any) error {
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(out)
}
