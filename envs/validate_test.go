package envs

import (
	"slices"
	"strings"
	"testing"
)

func none(string) (string, bool) { return "", false }

func load(t *testing.T, name string) Config {
	t.Helper()
	c, err := Load(name, none)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each case breaks one field of a valid configuration: the problem names the
// field and the value, and no other problem appears.
func TestValidateNamesTheFieldThatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		field  string
		value  any
		change func(c *Config)
	}{
		"account id too short":             {"Account.ID", "12345", func(c *Config) { c.Account.ID = "12345" }},
		"account id with letters":          {"Account.ID", "11111111111a", func(c *Config) { c.Account.ID = "11111111111a" }},
		"region":                           {"Account.Region", "frankfurt", func(c *Config) { c.Account.Region = "frankfurt"; c.API.Domain = Domain{} }},
		"project with a hyphen":            {"Project", "flow-ops", func(c *Config) { c.Project = "flow-ops" }},
		"project too long":                 {"Project", "flowopsflowops", func(c *Config) { c.Project = "flowopsflowops" }},
		"environment":                      {"Environment", "qa", func(c *Config) { c.Environment = "qa" }},
		"CIDR that is none":                {"Network.CIDR", "10.40.0.0", func(c *Config) { c.Network.CIDR = "10.40.0.0" }},
		"CIDR with host bits":              {"Network.CIDR", "10.40.0.1/16", func(c *Config) { c.Network.CIDR = "10.40.0.1/16" }},
		"CIDR of the internet":             {"Network.CIDR", "8.8.0.0/16", func(c *Config) { c.Network.CIDR = "8.8.0.0/16" }},
		"CIDR too small":                   {"Network.CIDR", "10.40.0.0/25", func(c *Config) { c.Network.CIDR = "10.40.0.0/25" }},
		"CIDR of IPv6":                     {"Network.CIDR", "fd00::/16", func(c *Config) { c.Network.CIDR = "fd00::/16" }},
		"zone twice":                       {"Network.Zones[2]", "a", func(c *Config) { c.Network.Zones = []string{"a", "b", "a"} }},
		"zone that is none":                {"Network.Zones[1]", "eu", func(c *Config) { c.Network.Zones = []string{"a", "eu", "c"} }},
		"fewer zones than search wants":    {"Search.ZoneCount", 3, func(c *Config) { c.Network.Zones = []string{"a", "b"} }},
		"key rotation":                     {"Keys.RotationDays", 30, func(c *Config) { c.Keys.RotationDays = 30 }},
		"key deletion window":              {"Keys.DeletionWindowDays", 31, func(c *Config) { c.Keys.DeletionWindowDays = 31 }},
		"MFA off":                          {"Identity.MFA", "OFF", func(c *Config) { c.Identity.MFA = "OFF" }},
		"short password":                   {"Identity.PasswordMinLength", 8, func(c *Config) { c.Identity.PasswordMinLength = 8 }},
		"token validity":                   {"Identity.IDTokenMinutes", 0, func(c *Config) { c.Identity.IDTokenMinutes = 0 }},
		"callback that is no https URL":    {"Identity.CallbackURLs[0]", "http://localhost:3000", func(c *Config) { c.Identity.CallbackURLs = []string{"http://localhost:3000"} }},
		"sign-in domain with a word":       {"Identity.DomainPrefix", "my-aws-login", func(c *Config) { c.Identity.DomainPrefix = "my-aws-login" }},
		"force destroy of protected data":  {"Storage.ForceDestroy", true, func(c *Config) { c.Storage.ForceDestroy = true }},
		"infrequent access too early":      {"Storage.InfrequentAccessDays", 10, func(c *Config) { c.Storage.InfrequentAccessDays = 10 }},
		"engine too old":                   {"Search.EngineVersion", "OpenSearch_2.11", func(c *Config) { c.Search.EngineVersion = "OpenSearch_2.11" }},
		"engine of another major":          {"Search.EngineVersion", "OpenSearch_3.1", func(c *Config) { c.Search.EngineVersion = "OpenSearch_3.1" }},
		"k-NN engine that is gone":         {"Search.KNNEngine", "nmslib", func(c *Config) { c.Search.KNNEngine = "nmslib" }},
		"instance type of EC2":             {"Search.InstanceType", "r7g.large", func(c *Config) { c.Search.InstanceType = "r7g.large" }},
		"instances over zones":             {"Search.InstanceCount", 4, func(c *Config) { c.Search.InstanceCount = 4 }},
		"two masters":                      {"Search.MasterCount", 2, func(c *Config) { c.Search.MasterCount = 2 }},
		"shard count":                      {"Search.Shards", 0, func(c *Config) { c.Search.Shards = 0 }},
		"replicas over instances":          {"Search.Replicas", 3, func(c *Config) { c.Search.Replicas = 3 }},
		"score":                            {"Search.MinScore", 1.5, func(c *Config) { c.Search.MinScore = 1.5 }},
		"log level":                        {"Functions.LogLevel", "TRACE", func(c *Config) { c.Functions.LogLevel = "TRACE" }},
		"log retention":                    {"Functions.LogRetention", 45, func(c *Config) { c.Functions.LogRetention = 45 }},
		"concurrency of no function":       {"Functions.ReservedConcurrency[chat]", "chat", func(c *Config) { c.Functions.ReservedConcurrency = map[string]int{"chat": 5} }},
		"more warm than reserved":          {"Functions.ProvisionedConcurrency[websocket]", 2, func(c *Config) { c.Functions.ReservedConcurrency = map[string]int{"websocket": 1} }},
		"model that is not in it":          {"AI.Models[2]", "gpt-4", func(c *Config) { c.AI.Models = append(slices.Clone(c.AI.Models), "gpt-4") }},
		"generation by an embedding model": {"AI.GenerationModel", "titan-embed-text-v2", func(c *Config) { c.AI.GenerationModel = "titan-embed-text-v2" }},
		"dimensions of version 1":          {"AI.EmbeddingDimensions", 1536, func(c *Config) { c.AI.EmbeddingDimensions = 1536 }},
		"filter strength":                  {"AI.Guardrail.FilterStrength", "MAX", func(c *Config) { c.AI.Guardrail.FilterStrength = "MAX" }},
		"grounding threshold":              {"AI.Guardrail.GroundingThreshold", 1.0, func(c *Config) { c.AI.Guardrail.GroundingThreshold = 1 }},
		"unknown PII":                      {"AI.Guardrail.BlockedPII[0]", "SHOE_SIZE", func(c *Config) { c.AI.Guardrail.BlockedPII = []string{"SHOE_SIZE"} }},
		"invocation log of another's":      {"AI.InvocationLogging", true, func(c *Config) { c.Account.OwnsSingletons = false }},
		"no origin":                        {"API.Origins", []string(nil), func(c *Config) { c.API.Origins = nil }},
		"origin without TLS":               {"API.Origins[0]", "http://app.example.com", func(c *Config) { c.API.Origins = []string{"http://app.example.com"} }},
		"origin that is a star":            {"API.Origins[0]", "*", func(c *Config) { c.API.Origins = []string{"*"} }},
		"origin with a path":               {"API.Origins[0]", "https://app.example.com/", func(c *Config) { c.API.Origins = []string{"https://app.example.com/"} }},
		"origin twice":                     {"API.Origins[1]", "https://a.example.com", func(c *Config) { c.API.Origins = []string{"https://a.example.com", "https://a.example.com"} }},
		"tier twice":                       {"API.Tiers[1].Name", "standard", func(c *Config) { c.API.Tiers = []Tier{c.API.Tiers[0], c.API.Tiers[0]} }},
		"tier throttle of zero":            {"API.Tiers[0].RateLimit", 0.0, func(c *Config) { c.API.Tiers = []Tier{{"standard", 0, 10, 100}} }},
		"tier burst over the API's":        {"API.Tiers[0].BurstLimit", 5000, func(c *Config) { c.API.Tiers = []Tier{{"standard", 5, 5000, 100}} }},
		"WAF rate":                         {"API.WAFRatePerIP", 5, func(c *Config) { c.API.WAFRatePerIP = 5 }},
		"certificate of another region": {"API.Domain.CertificateARN", "arn:aws:acm:us-east-1:333333333333:certificate/00000000-0000-0000-0000-000000000000", func(c *Config) {
			c.API.Domain.CertificateARN = "arn:aws:acm:us-east-1:333333333333:certificate/00000000-0000-0000-0000-000000000000"
		}},
		"domain without a certificate":    {"API.Domain.CertificateARN", "", func(c *Config) { c.API.Domain.CertificateARN = "" }},
		"one name for both APIs":          {"API.Domain.WebSocket", "api.flowops.example", func(c *Config) { c.API.Domain.WebSocket = c.API.Domain.REST }},
		"hosted zone that is none":        {"API.Domain.HostedZoneID", "example.com", func(c *Config) { c.API.Domain.HostedZoneID = "example.com" }},
		"approval for ever":               {"Events.ApprovalDays", 400, func(c *Config) { c.Events.ApprovalDays = 400 }},
		"dead letters for ever":           {"Events.DeadLetterDays", 30, func(c *Config) { c.Events.DeadLetterDays = 30 }},
		"error rate above the promise":    {"Alarms.ErrorRatePercent", 5.0, func(c *Config) { c.Alarms.ErrorRatePercent = 5 }},
		"latency above the promise":       {"Alarms.LatencyP99Seconds", 20.0, func(c *Config) { c.Alarms.LatencyP99Seconds = 20 }},
		"subscription that is no address": {"Alarms.Subscriptions[0].Endpoint", "oncall", func(c *Config) { c.Alarms.Subscriptions = []Subscription{{"email", "oncall"}} }},
		"subscription in the clear":       {"Alarms.Subscriptions[0].Protocol", "http", func(c *Config) { c.Alarms.Subscriptions = []Subscription{{"http", "http://example.com"}} }},
		"trail kept too short":            {"Audit.RetentionDays", 30, func(c *Config) { c.Audit.RetentionDays = 30 }},
		"tag with a line break":           {"Tags.Owner", "a\nb", func(c *Config) { c.Tags.Owner = "a\nb" }},
		"no cost center":                  {"Tags.CostCenter", "", func(c *Config) { c.Tags.CostCenter = "" }},
		"classification":                  {"Tags.DataClassification", "secret", func(c *Config) { c.Tags.DataClassification = "secret" }},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := load(t, "prod")
			c.change(&cfg)
			problems := cfg.Validate()
			if len(problems) != 1 {
				t.Fatalf("%d problems, want 1:\n%v", len(problems), problems)
			}
			p := problems[0]
			want := Problem{Field: c.field, Value: c.value, Allowed: p.Allowed}
			if p.String() != want.String() {
				t.Errorf("got %s", p)
			}
			if len(p.Allowed) < 2 {
				t.Errorf("%s does not say what is allowed", p)
			}
		})
	}
}

func TestCertificateWithoutADomain(t *testing.T) {
	cfg := load(t, "prod")
	cfg.API.Domain = Domain{CertificateARN: cfg.API.Domain.CertificateARN}
	var fields []string
	for _, p := range cfg.Validate() {
		fields = append(fields, p.Field)
	}
	if !slices.Equal(fields, []string{"API.Domain.REST", "API.Domain.WebSocket"}) {
		t.Errorf("problems of %v", fields)
	}
}

func TestThrottleOfZero(t *testing.T) {
	cfg := load(t, "dev")
	cfg.API.RateLimit, cfg.API.BurstLimit = 0, 0
	text := cfg.Validate().Error()
	for _, want := range []string{"API.RateLimit is 0; allowed: 1 to 10000", "API.BurstLimit is 0; allowed: 1 to 5000"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{
			"FLOWOPS_ACCOUNT_ID": "42", "FLOWOPS_VPC_CIDR": "nonsense", "FLOWOPS_WEB_ORIGINS": "http://a, https://b.example.com/x",
			"FLOWOPS_ALERT_EMAILS": "nobody", "FLOWOPS_OWNS_SINGLETONS": "perhaps", "FLOWOPS_OWNER": "",
		}[name]
		return v, ok
	}
	_, err := Load("staging", lookup)
	problems, ok := err.(Problems)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	for _, want := range []string{
		`Account.ID is "42"`, `Network.CIDR is "nonsense"`, `API.Origins[0] is "http://a"`, `API.Origins[1] is "https://b.example.com/x"`,
		`Alarms.Subscriptions[0].Endpoint is "nobody"`, `Account.OwnsSingletons (FLOWOPS_OWNS_SINGLETONS) is "perhaps"; allowed: true or false`,
	} {
		if !strings.Contains(problems.Error(), want) {
			t.Errorf("missing %q in\n%v", want, problems)
		}
	}
}

func TestUnknownEnvironmentNamesTheKnownOnes(t *testing.T) {
	_, err := Load("qa", none)
	if err == nil || err.Error() != `Environment is "qa"; allowed: dev, staging, prod` {
		t.Errorf("got %v", err)
	}
}

func TestOverridesReplaceTheirField(t *testing.T) {
	values := map[string]string{
		"FLOWOPS_ACCOUNT_ID": "999999999999", "FLOWOPS_REGION": "us-east-1", "FLOWOPS_ALERT_EMAILS": "a@example.com, b@example.com", "FLOWOPS_OWNER": "",
	}
	cfg, err := Load("dev", func(name string) (string, bool) { v, ok := values[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Account.ID != "999999999999" || cfg.StateBucket() != "flowops-dev-tfstate-999999999999-us-east-1" {
		t.Errorf("account %s, state in %s", cfg.Account.ID, cfg.StateBucket())
	}
	if !slices.Equal(cfg.Alarms.Subscriptions, []Subscription{{"email", "a@example.com"}, {"email", "b@example.com"}}) {
		t.Errorf("subscriptions %v", cfg.Alarms.Subscriptions)
	}
	if cfg.Tags.Owner != "platform" {
		t.Errorf("an empty variable replaced the owner by %q", cfg.Tags.Owner)
	}
}

// Names that AWS bounds stay inside the bounds for the longest project and
// environment.
func TestTheLongestNamesFit(t *testing.T) {
	cfg := load(t, "staging")
	cfg.Project, cfg.Account.Region = "abcdefghijkl", "ap-southeast-2"
	if p := cfg.Validate(); len(p) > 0 {
		t.Fatal(p)
	}
	for what, c := range map[string]struct {
		name  string
		limit int
	}{
		"search domain": {cfg.Name("search"), 28}, "bucket": {cfg.BucketName("tfstate-logs"), 63}, "role": {cfg.Name("document-ingestion-tenant"), 64},
		"queue": {cfg.Name("websocket-authorizer-dead-letters"), 80}, "function": {cfg.Name("websocket-authorizer"), 64},
	} {
		if len(c.name) > c.limit {
			t.Errorf("the %s %s has %d characters, more than %d", what, c.name, len(c.name), c.limit)
		}
	}
}

func TestEnvironmentsDifferAsPlatformTeamsExpect(t *testing.T) {
	dev, staging, prod := load(t, "dev"), load(t, "staging"), load(t, "prod")
	if !prod.Storage.DeletionProtection || prod.Search.MasterCount != 3 || prod.Search.ZoneCount != 3 || prod.Identity.MFA != MFARequired || !prod.API.WAF || prod.Functions.ProvisionedConcurrency["agent-invoke"] == 0 {
		t.Error("prod does not protect, spread or warm what it should")
	}
	if dev.Storage.DeletionProtection || !dev.Storage.ForceDestroy || dev.Network.Enabled || dev.API.WAF {
		t.Error("dev is not small and destroyable")
	}
	if staging.Network.Enabled != prod.Network.Enabled || staging.API.WAF != prod.API.WAF || staging.Search.InstanceCount >= prod.Search.InstanceCount || staging.Storage.DeletionProtection {
		t.Error("staging is not prod's shape at a smaller size")
	}
	if prod.Functions.LogRetention <= staging.Functions.LogRetention || prod.Alarms.LatencyP99Seconds >= dev.Alarms.LatencyP99Seconds {
		t.Error("prod does not keep logs longer, or alarm sooner")
	}
	ids := []string{dev.Account.ID, staging.Account.ID, prod.Account.ID}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 {
		t.Error("two environments share an account")
	}
}

func TestRetiredModelIsAWarning(t *testing.T) {
	cfg := load(t, "dev")
	if len(cfg.Warnings()) != 0 {
		t.Errorf("warnings %v", cfg.Warnings())
	}
	cfg.AI.Models = append(slices.Clone(cfg.AI.Models), "claude-3-sonnet")
	cfg.AI.GenerationModel = "claude-3-sonnet"
	if p := cfg.Validate(); len(p) > 0 {
		t.Fatal(p)
	}
	if w := cfg.Warnings(); len(w) != 1 || !strings.Contains(w[0], "end of life") {
		t.Errorf("warnings %v", w)
	}
}
