package envs

import (
	"strconv"
	"strings"
)

// Override is a variable of the process environment that replaces a field.
type Override struct {
	Variable string
	Field    string
	Help     string
	set      func(c *Config, value string) bool
}

func text(field func(*Config) *string) func(*Config, string) bool {
	return func(c *Config, v string) bool { *field(c) = v; return true }
}

func list(field func(*Config) *[]string) func(*Config, string) bool {
	return func(c *Config, v string) bool { *field(c) = split(v); return true }
}

func flag(field func(*Config) *bool) func(*Config, string) bool {
	return func(c *Config, v string) bool {
		b, err := strconv.ParseBool(v)
		if err == nil {
			*field(c) = b
		}
		return err == nil
	}
}

// Overrides is every variable that Load applies.
func Overrides() []Override {
	return []Override{
		{"FLOWOPS_ACCOUNT_ID", "Account.ID", "12 digits", text(func(c *Config) *string { return &c.Account.ID })},
		{"FLOWOPS_REGION", "Account.Region", "an AWS region", text(func(c *Config) *string { return &c.Account.Region })},
		{"FLOWOPS_OWNS_SINGLETONS", "Account.OwnsSingletons", "true or false", flag(func(c *Config) *bool { return &c.Account.OwnsSingletons })},
		{"FLOWOPS_PROJECT", "Project", "first part of every name", text(func(c *Config) *string { return &c.Project })},
		{"FLOWOPS_OWNER", "Tags.Owner", "tag value", text(func(c *Config) *string { return &c.Tags.Owner })},
		{"FLOWOPS_COST_CENTER", "Tags.CostCenter", "tag value", text(func(c *Config) *string { return &c.Tags.CostCenter })},
		{"FLOWOPS_VPC_CIDR", "Network.CIDR", "IPv4 CIDR", text(func(c *Config) *string { return &c.Network.CIDR })},
		{"FLOWOPS_WEB_ORIGINS", "API.Origins", "https URLs, comma-separated", list(func(c *Config) *[]string { return &c.API.Origins })},
		{"FLOWOPS_CALLBACK_URLS", "Identity.CallbackURLs", "https URLs, comma-separated", list(func(c *Config) *[]string { return &c.Identity.CallbackURLs })},
		{"FLOWOPS_LOGOUT_URLS", "Identity.LogoutURLs", "https URLs, comma-separated", list(func(c *Config) *[]string { return &c.Identity.LogoutURLs })},
		{"FLOWOPS_AUTH_DOMAIN_PREFIX", "Identity.DomainPrefix", "unique in the region", text(func(c *Config) *string { return &c.Identity.DomainPrefix })},
		{"FLOWOPS_API_DOMAIN", "API.Domain.REST", "host name", text(func(c *Config) *string { return &c.API.Domain.REST })},
		{"FLOWOPS_WEBSOCKET_DOMAIN", "API.Domain.WebSocket", "host name", text(func(c *Config) *string { return &c.API.Domain.WebSocket })},
		{"FLOWOPS_CERTIFICATE_ARN", "API.Domain.CertificateARN", "ACM certificate of the region", text(func(c *Config) *string { return &c.API.Domain.CertificateARN })},
		{"FLOWOPS_HOSTED_ZONE_ID", "API.Domain.HostedZoneID", "Route 53 zone", text(func(c *Config) *string { return &c.API.Domain.HostedZoneID })},
		{"FLOWOPS_LOG_LEVEL", "Functions.LogLevel", "DEBUG, INFO, WARN or ERROR", text(func(c *Config) *string { return &c.Functions.LogLevel })},
		{"FLOWOPS_COMPETITORS", "AI.Guardrail.CompetitorNames", "words, comma-separated", list(func(c *Config) *[]string { return &c.AI.Guardrail.CompetitorNames })},
		{"FLOWOPS_ALERT_EMAILS", "Alarms.Subscriptions", "addresses, comma-separated", func(c *Config, v string) bool {
			c.Alarms.Subscriptions = nil
			for _, a := range split(v) {
				c.Alarms.Subscriptions = append(c.Alarms.Subscriptions, Subscription{"email", a})
			}
			return true
		}},
	}
}

func (c *Config) override(lookup func(string) (string, bool)) Problems {
	var p Problems
	for _, o := range Overrides() {
		if v, ok := lookup(o.Variable); ok && v != "" && !o.set(c, v) {
			p = append(p, Problem{o.Field + " (" + o.Variable + ")", v, o.Help})
		}
	}
	return p
}

func split(v string) []string {
	var parts []string
	for _, s := range strings.Split(v, ",") {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	return parts
}
