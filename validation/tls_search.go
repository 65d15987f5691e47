package validation

import "strings"

func tlsSearch() Rule {
	return Rule{
		ID:       "FO-TLS-005",
		Title:    "Search domains take HTTPS only, with TLS 1.2 or newer",
		Why:      "By default the domain answers plain HTTP and TLS 1.0.",
		Fix:      "Set domain_endpoint_options with enforce_https = true and tls_security_policy = Policy-Min-TLS-1-2-PFS-2023-10.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain", "aws_elasticsearch_domain"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(
				wantTrue(r, "domain_endpoint_options", "enforce_https"),
				wantPrefix(r, []string{"Policy-Min-TLS-1-2-"}, "domain_endpoint_options", "tls_security_policy"),
			)
		},
	}
}

// wantPrefix judges text that must begin with one of the prefixes.
func wantPrefix(r Resource, prefixes []string, path ...string) []Result {
	v := r.Get(path...)
	text, known := v.Text()
	if !known {
		return unknown("%s is %s", dotted(path), v)
	}
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return compliant()
		}
	}
	return nonCompliant("%s is %s, want %s", dotted(path), v, orList(prefixes))
}
