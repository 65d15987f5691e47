package configs

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/flowops/flowops/envs"
)

// Fault is one thing that is wrong with a configuration.
type Fault struct {
	Field string // as Validate names it
	wrong func(*envs.Config)
}

// Invalid is a configuration of which exactly Field is wrong.
type Invalid struct {
	Field  string
	Config envs.Config
}

// AnyInvalid draws a valid configuration and makes one field of it wrong.
func AnyInvalid() *rapid.Generator[Invalid] {
	return rapid.Custom(func(t *rapid.T) Invalid {
		c := Any().Draw(t, "valid")
		f := rapid.SampledFrom(Faults()).Draw(t, "fault")
		f.wrong(&c)
		return Invalid{f.Field, c}
	})
}

// Faults are the ways in which AnyInvalid makes a configuration wrong: values
// just outside a limit, and values of another form.
func Faults() []Fault {
	return []Fault{
		{"Project", func(c *envs.Config) { c.Project = "f" }},
		{"Project", func(c *envs.Config) { c.Project = "abcdefghijklm" }},
		{"Project", func(c *envs.Config) { c.Project = "flow-ops" }},
		{"Environment", func(c *envs.Config) { c.Environment = "qa" }},
		{"Account.ID", func(c *envs.Config) { c.Account.ID = "12345678901" }},
		{"Account.Region", func(c *envs.Config) { c.Account.Region, c.API.Domain = "frankfurt", envs.Domain{} }},
		{"Keys.RotationDays", func(c *envs.Config) { c.Keys.RotationDays = 89 }},
		{"Keys.DeletionWindowDays", func(c *envs.Config) { c.Keys.DeletionWindowDays = 31 }},
		{"Tags.Owner", func(c *envs.Config) { c.Tags.Owner = "" }},
		{"Tags.CostCenter", func(c *envs.Config) { c.Tags.CostCenter = "a\nb" }},
		{"Tags.DataClassification", func(c *envs.Config) { c.Tags.DataClassification = "secret" }},
		{"Network.CIDR", func(c *envs.Config) { network(c); c.Network.CIDR = "10.40.0.1/16" }},
		{"Network.CIDR", func(c *envs.Config) { network(c); c.Network.CIDR = "8.8.0.0/16" }},
		{"Network.Zones", func(c *envs.Config) {
			network(c)
			c.Network.Zones, c.Search.ZoneCount = []string{"a"}, 1
		}},
		{"Network.Zones[1]", func(c *envs.Config) { network(c); c.Network.Zones = []string{"a", "g", "c"} }},
		{"Network.FlowLogRetention", func(c *envs.Config) { network(c); c.Network.FlowLogRetention = 15 }},
		{"Identity.MFA", func(c *envs.Config) { c.Identity.MFA = "OFF" }},
		{"Identity.PasswordMinLength", func(c *envs.Config) { c.Identity.PasswordMinLength = 11 }},
		{"Identity.IDTokenMinutes", func(c *envs.Config) { c.Identity.IDTokenMinutes = 4 }},
		{"Identity.RefreshTokenHours", func(c *envs.Config) { c.Identity.RefreshTokenHours = 721 }},
		{"Identity.RefreshTokenHours", func(c *envs.Config) { c.Identity.IDTokenMinutes, c.Identity.RefreshTokenHours = 60, 1 }},
		{"Identity.CallbackURLs", func(c *envs.Config) { c.Identity.CallbackURLs = nil }},
		{"Identity.LogoutURLs[0]", func(c *envs.Config) { c.Identity.LogoutURLs = []string{"http://app.example.com"} }},
		{"Identity.AdvancedSecurityMode", func(c *envs.Config) { c.Identity.AdvancedSecurityMode = "" }},
		{"Identity.DomainPrefix", func(c *envs.Config) { c.Identity.DomainPrefix = "my-aws-login" }},
		{"Storage.NoncurrentVersionDays", func(c *envs.Config) { c.Storage.NoncurrentVersionDays = 0 }},
		{"Storage.InfrequentAccessDays", func(c *envs.Config) { c.Storage.InfrequentAccessDays = 29 }},
		{"Storage.AccessLogDays", func(c *envs.Config) { c.Storage.AccessLogDays = 3651 }},
		{"Storage.WorkDays", func(c *envs.Config) { c.Storage.WorkDays = 0 }},
		{"Storage.IncompleteUploadDays", func(c *envs.Config) { c.Storage.IncompleteUploadDays = 31 }},
		{"Storage.ForceDestroy", func(c *envs.Config) { c.Storage.DeletionProtection, c.Storage.ForceDestroy = true, true }},
		{"Search.EngineVersion", func(c *envs.Config) { c.Search.EngineVersion = "OpenSearch_2.17" }},
		{"Search.KNNEngine", func(c *envs.Config) { c.Search.KNNEngine = "nmslib" }},
		{"Search.InstanceType", func(c *envs.Config) { c.Search.InstanceType = "r7g.large" }},
		{"Search.InstanceCount", func(c *envs.Config) { c.Search.ZoneCount, c.Search.InstanceCount, c.Search.Replicas = 2, 3, 0 }},
		{"Search.MasterCount", func(c *envs.Config) { c.Search.MasterType, c.Search.MasterCount = "", 3 }},
		{"Search.MasterCount", func(c *envs.Config) { c.Search.MasterType, c.Search.MasterCount = "m7g.large.search", 4 }},
		{"Search.VolumeGiB", func(c *envs.Config) { c.Search.VolumeGiB, c.Alarms.FreeStorageMiB = 9, 1024 }},
		{"Search.VolumeIOPS", func(c *envs.Config) { c.Search.VolumeIOPS = 2999 }},
		{"Search.VolumeMiBs", func(c *envs.Config) { c.Search.VolumeMiBs = 1001 }},
		{"Search.Shards", func(c *envs.Config) { c.Search.Shards = 0 }},
		{"Search.Replicas", func(c *envs.Config) { c.Search.Replicas = c.Search.InstanceCount }},
		{"Search.MinScore", func(c *envs.Config) { c.Search.MinScore = 1.01 }},
		{"Search.AutoTune", func(c *envs.Config) { c.Search.InstanceType, c.Search.AutoTune = "t3.small.search", true }},
		{"Search.SnapshotHourUTC", func(c *envs.Config) { c.Search.SnapshotHourUTC = 24 }},
		{"Functions.LogLevel", func(c *envs.Config) { c.Functions.LogLevel = "TRACE" }},
		{"Functions.LogRetention", func(c *envs.Config) { c.Functions.LogRetention = 2 }},
		{"Functions.AsyncMaxAgeSeconds", func(c *envs.Config) { c.Functions.AsyncMaxAgeSeconds = 59 }},
		{"Functions.AsyncRetries", func(c *envs.Config) { c.Functions.AsyncRetries = 3 }},
		{"Functions.ReservedConcurrency[chat]", func(c *envs.Config) { set(&c.Functions.ReservedConcurrency, "chat", 5) }},
		{"AI.GenerationModel", func(c *envs.Config) { c.AI.GenerationModel = c.AI.EmbeddingModel }},
		{"AI.EmbeddingDimensions", func(c *envs.Config) { c.AI.EmbeddingDimensions = 1536 }},
		{"AI.Models[2]", func(c *envs.Config) { c.AI.Models = []string{c.AI.GenerationModel, c.AI.EmbeddingModel, "gpt"} }},
		{"AI.InvocationLogging", func(c *envs.Config) { c.Account.OwnsSingletons, c.AI.InvocationLogging = false, true }},
		{"AI.InvocationLogDays", func(c *envs.Config) { c.AI.InvocationLogDays = 0 }},
		{"AI.Temperature", func(c *envs.Config) { c.AI.Temperature = -0.01 }},
		{"AI.MaxTokens", func(c *envs.Config) { c.AI.MaxTokens = 255 }},
		{"AI.MaxSources", func(c *envs.Config) { c.AI.MaxSources = 21 }},
		{"AI.Guardrail.FilterStrength", func(c *envs.Config) { c.AI.Guardrail.FilterStrength = "NONE" }},
		{"AI.Guardrail.GroundingThreshold", func(c *envs.Config) { c.AI.Guardrail.GroundingThreshold = 1 }},
		{"AI.Guardrail.RelevanceThreshold", func(c *envs.Config) { c.AI.Guardrail.RelevanceThreshold = -0.1 }},
		{"AI.Guardrail.AnonymizedPII", func(c *envs.Config) { c.AI.Guardrail.BlockedPII, c.AI.Guardrail.AnonymizedPII = nil, nil }},
		{"AI.Guardrail.BlockedPII[0]", func(c *envs.Config) { c.AI.Guardrail.BlockedPII = []string{"SHOE_SIZE"} }},
		{"API.Origins", func(c *envs.Config) { c.API.Origins = nil }},
		{"API.Origins[0]", func(c *envs.Config) { c.API.Origins = []string{"*"} }},
		{"API.Origins[1]", func(c *envs.Config) { c.API.Origins = []string{"https://a.example.com", "https://b.example.com/"} }},
		{"API.WebSocketRate", func(c *envs.Config) { c.API.WebSocketRate = 0 }},
		{"API.WebSocketBurst", func(c *envs.Config) { c.API.WebSocketBurst = 5001 }},
		{"API.Tiers", func(c *envs.Config) { c.API.Tiers = nil }},
		{"API.Tiers[0].Name", func(c *envs.Config) { c.API.Tiers[0].Name = "Gold" }},
		{"API.Tiers[0].RateLimit", func(c *envs.Config) { c.API.Tiers[0].RateLimit = c.API.RateLimit + 1 }},
		{"API.Tiers[0].BurstLimit", func(c *envs.Config) { c.API.Tiers[0].BurstLimit = c.API.BurstLimit + 1 }},
		{"API.Tiers[0].QuotaPerDay", func(c *envs.Config) { c.API.Tiers[0].QuotaPerDay = 0 }},
		{"API.WAFRatePerIP", func(c *envs.Config) { c.API.WAF, c.API.WAFRatePerIP = true, 99 }},
		{"API.AccessLogDays", func(c *envs.Config) { c.API.AccessLogDays = 42 }},
		{"API.CacheTTLSeconds", func(c *envs.Config) { c.API.CacheTTLSeconds = 3601 }},
		{"API.Domain.CertificateARN", func(c *envs.Config) {
			c.API.Domain = envs.Domain{REST: "api.flowops.example", WebSocket: "chat.flowops.example"}
		}},
		{"API.Domain.HostedZoneID", func(c *envs.Config) {
			c.API.Domain = envs.Domain{
				REST: "api.flowops.example", WebSocket: "chat.flowops.example", HostedZoneID: "example.com",
				CertificateARN: "arn:aws:acm:" + c.Account.Region + ":111111111111:certificate/00000000-0000-0000-0000-000000000000",
			}
		}},
		{"Events.ArchiveDays", func(c *envs.Config) { c.Events.ArchiveDays = 0 }},
		{"Events.ApprovalDays", func(c *envs.Config) { c.Events.ApprovalDays = 361 }},
		{"Events.EmbedConcurrency", func(c *envs.Config) { c.Events.EmbedConcurrency = 1001 }},
		{"Events.DeadLetterDays", func(c *envs.Config) { c.Events.DeadLetterDays = 15 }},
		{"Events.WorkflowLogLevel", func(c *envs.Config) { c.Events.WorkflowLogLevel = "OFF" }},
		{"Alarms.ErrorRatePercent", func(c *envs.Config) { c.Alarms.ErrorRatePercent = 1.01 }},
		{"Alarms.LatencyP99Seconds", func(c *envs.Config) { c.Alarms.LatencyP99Seconds = 10.1 }},
		{"Alarms.EvaluationMinutes", func(c *envs.Config) { c.Alarms.EvaluationMinutes = 6 }},
		{"Alarms.DeadLetters", func(c *envs.Config) { c.Alarms.DeadLetters = 10001 }},
		{"Alarms.FreeStorageMiB", func(c *envs.Config) { c.Alarms.FreeStorageMiB = c.Search.VolumeGiB*1024 + 1 }},
		{"Alarms.Subscriptions[0].Protocol", func(c *envs.Config) { c.Alarms.Subscriptions = []envs.Subscription{{Protocol: "sms", Endpoint: "+1"}} }},
		{"Alarms.Subscriptions[0].Endpoint", func(c *envs.Config) {
			c.Alarms.Subscriptions = []envs.Subscription{{Protocol: "email", Endpoint: "oncall"}}
		}},
		{"Alarms.DashboardPeriodSec", func(c *envs.Config) { c.Alarms.DashboardPeriodSec = 120 }},
		{"Audit.RetentionDays", func(c *envs.Config) { c.Audit.RetentionDays = 89 }},
		{"Audit.LogRetentionDays", func(c *envs.Config) { c.Audit.LogRetentionDays = 100 }},
	}
}

// network gives the configuration a network that is right, and that the search
// domain fits into.
func network(c *envs.Config) {
	c.Network = envs.Network{Enabled: true, CIDR: "10.40.0.0/16", Zones: []string{"a", "b", "c"}, FlowLogRetention: 30}
}

// copyOf is a configuration whose lists and maps are its own.
func copyOf(c envs.Config) envs.Config {
	c.API.Tiers = slices.Clone(c.API.Tiers)
	c.Functions.ReservedConcurrency = maps.Clone(c.Functions.ReservedConcurrency)
	return c
}
