// Package configs draws configurations for property-based tests: any valid one,
// and invalid ones of which it is known what is wrong.
package configs

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// Regions of every partition that envs knows, the longest names among them.
var regions = []string{"eu-central-1", "us-east-1", "ap-southeast-2", "ap-northeast-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1", "me-central-1"}

// retentions are some of what CloudWatch Logs takes, the least and the longest
// among them.
var retentions = []int{1, 3, 14, 30, 90, 365, 731, 3653}

var pii = []string{
	"ADDRESS", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "CREDIT_DEBIT_CARD_CVV", "CREDIT_DEBIT_CARD_NUMBER", "EMAIL", "IP_ADDRESS", "NAME", "PASSWORD", "PHONE", "PIN",
}

// Any draws any valid configuration. What it draws shrinks towards a small
// environment with the lower limits.
func Any() *rapid.Generator[envs.Config] {
	return rapid.Custom(func(t *rapid.T) envs.Config {
		d := drawer{t}
		c := envs.Config{
			Project:     rapid.OneOf(rapid.Just("flowops"), rapid.StringMatching(`[a-z][a-z0-9]`), rapid.StringMatching(`[a-z][a-z0-9]{11}`)).Draw(t, "Project"),
			Environment: d.of("Environment", envs.Names()...),
			Account:     envs.Account{ID: rapid.StringMatching(`[0-9]{12}`).Draw(t, "Account.ID"), Region: d.of("Account.Region", regions...), OwnsSingletons: d.yes("Account.OwnsSingletons")},
			Keys:        envs.Keys{RotationDays: d.in("Keys.RotationDays", 90, 2560), DeletionWindowDays: d.in("Keys.DeletionWindowDays", 7, 30)},
			Tags: envs.Tags{
				Owner: d.text("Tags.Owner", `[A-Za-z0-9_.:/=+@-]`, 256), CostCenter: d.text("Tags.CostCenter", `[\p{L}\p{N} _.:/=+@-]`, 256),
				DataClassification: d.of("Tags.DataClassification", "public", "internal", "confidential", "restricted"),
			},
		}
		c.Network, c.Search = d.network(), d.search()
		if c.Network.Enabled {
			// The domain spreads over the zones of the network.
			c.Search.ZoneCount = min(c.Search.ZoneCount, len(c.Network.Zones))
			c.Search.InstanceCount = c.Search.ZoneCount * d.in("Search instances a zone", 1, 80/c.Search.ZoneCount)
			c.Search.Replicas = d.in("Search.Replicas", 0, c.Search.InstanceCount-1)
		}
		c.Identity, c.Storage, c.Functions = d.identity(), d.storage(), d.functions()
		c.AI = d.ai(c.Account.OwnsSingletons)
		c.API = d.api(c.Account)
		c.Events, c.Alarms = d.events(), d.alarms(c.Search.VolumeGiB)
		c.Audit = envs.Audit{RetentionDays: d.in("Audit.RetentionDays", 90, 3650), LogRetentionDays: d.retention("Audit.LogRetentionDays"), DataEvents: d.yes("Audit.DataEvents")}
		return c
	})
}

// drawer draws values, each with the name of the field that it is for.
type drawer struct{ t *rapid.T }

func (d drawer) yes(field string) bool { return rapid.Bool().Draw(d.t, field) }

// in is a number between the limits; the limits themselves come often.
func (d drawer) in(field string, low, high int) int {
	return rapid.OneOf(rapid.Just(low), rapid.Just(high), rapid.IntRange(low, high)).Draw(d.t, field)
}

// decimal is a number between the limits, given in hundredths.
func (d drawer) decimal(field string, low, high int) float64 {
	return float64(d.in(field, low, high)) / 100
}

func (d drawer) of(field string, values ...string) string {
	return rapid.SampledFrom(values).Draw(d.t, field)
}

func (d drawer) ofInt(field string, values ...int) int {
	return rapid.SampledFrom(values).Draw(d.t, field)
}

func (d drawer) retention(field string) int { return d.ofInt(field, retentions...) }

// text is one character, or as many as the limit, or something between.
func (d drawer) text(field, class string, limit int) string {
	return rapid.OneOf(rapid.StringMatching(class+`{1,12}`), rapid.StringMatching(fmt.Sprintf("%s{%d}", class, limit))).Draw(d.t, field)
}

// urls is one to three https URLs, none of them twice.
func (d drawer) urls(field, path string) []string {
	list := make([]string, d.in(field+" count", 1, 3))
	for i := range list {
		port := ""
		if d.yes(field + " port") {
			port = ":8443"
		}
		list[i] = fmt.Sprintf("https://%s.app%d.example.com%s%s", rapid.StringMatching(`[a-z][a-z0-9]{0,10}`).Draw(d.t, field), i, port, path)
	}
	return list
}

// some is a part of the values, in their order.
func (d drawer) some(field string, values []string) []string {
	var part []string
	for _, v := range values {
		if d.yes(field + " " + v) {
			part = append(part, v)
		}
	}
	return part
}

func (d drawer) network() envs.Network {
	if !d.yes("Network.Enabled") {
		return envs.Network{}
	}
	bits := d.in("Network.CIDR bits", 16, 24)
	third := d.in("Network.CIDR third", 0, 255) &^ (1<<(24-bits) - 1)
	return envs.Network{
		Enabled: true, CIDR: fmt.Sprintf("10.%d.%d.0/%d", d.in("Network.CIDR second", 0, 255), third, bits),
		Zones: rapid.SampledFrom([][]string{{"a", "b"}, {"a", "b", "c"}, {"d", "f"}, {"c", "a", "e"}}).Draw(d.t, "Network.Zones"), FlowLogRetention: d.retention("Network.FlowLogRetention"),
	}
}

func (d drawer) identity() envs.Identity {
	i := envs.Identity{
		MFA: d.of("Identity.MFA", envs.MFAOptional, envs.MFARequired), PasswordMinLength: d.in("Identity.PasswordMinLength", 12, 99),
		IDTokenMinutes: d.in("Identity.IDTokenMinutes", 5, 1440), CallbackURLs: d.urls("Identity.CallbackURLs", "/callback"), LogoutURLs: d.urls("Identity.LogoutURLs", "/"),
		DeletionProtection: d.yes("Identity.DeletionProtection"), AdvancedSecurityMode: d.of("Identity.AdvancedSecurityMode", "OFF", "AUDIT", "ENFORCED"),
		// "x" and digits: none of the words that Cognito keeps for itself.
		DomainPrefix: rapid.OneOf(rapid.StringMatching(`x[0-9]{0,8}`), rapid.StringMatching(`x[0-9-]{61}x`)).Draw(d.t, "Identity.DomainPrefix"),
	}
	i.RefreshTokenHours = d.in("Identity.RefreshTokenHours", i.IDTokenMinutes/60+1, 720)
	return i
}

func (d drawer) storage() envs.Storage {
	protect := d.yes("Storage.DeletionProtection")
	return envs.Storage{
		PointInTimeRecovery: d.yes("Storage.PointInTimeRecovery"), DeletionProtection: protect, ForceDestroy: !protect && d.yes("Storage.ForceDestroy"),
		NoncurrentVersionDays: d.in("Storage.NoncurrentVersionDays", 1, 3650), InfrequentAccessDays: d.in("Storage.InfrequentAccessDays", 30, 3650),
		AccessLogDays: d.in("Storage.AccessLogDays", 1, 3650), WorkDays: d.in("Storage.WorkDays", 1, 365),
		DynamoDBInsights: d.yes("Storage.DynamoDBInsights"), IncompleteUploadDays: d.in("Storage.IncompleteUploadDays", 1, 30),
	}
}

func (d drawer) search() envs.Search {
	s := envs.Search{
		EngineVersion: d.of("Search.EngineVersion", "OpenSearch_2.19", "OpenSearch_2.21"), KNNEngine: d.of("Search.KNNEngine", "faiss", "lucene"),
		InstanceType: d.of("Search.InstanceType", "t3.small.search", "t3.medium.search", "m7g.large.search", "r7g.xlarge.search", "r6gd.16xlarge.search", "or2.2xlarge.search"),
		ZoneCount:    d.in("Search.ZoneCount", 1, 3), VolumeGiB: d.in("Search.VolumeGiB", 10, 3072), VolumeIOPS: d.in("Search.VolumeIOPS", 3000, 16000),
		VolumeMiBs: d.in("Search.VolumeMiBs", 125, 1000), Shards: d.in("Search.Shards", 1, 1024), MinScore: d.decimal("Search.MinScore", 0, 100),
		SnapshotHourUTC: d.in("Search.SnapshotHourUTC", 0, 23),
	}
	s.AutoTune = !strings.HasPrefix(s.InstanceType, "t3.") && d.yes("Search.AutoTune")
	s.InstanceCount = s.ZoneCount * d.in("Search instances a zone", 1, 80/s.ZoneCount)
	s.Replicas = d.in("Search.Replicas", 0, s.InstanceCount-1)
	if d.yes("Search masters") {
		s.MasterType, s.MasterCount = d.of("Search.MasterType", "m7g.large.search", "c6g.xlarge.search"), d.ofInt("Search.MasterCount", 3, 5)
	}
	return s
}

func (d drawer) functions() envs.Functions {
	f := envs.Functions{
		LogLevel: d.of("Functions.LogLevel", "DEBUG", "INFO", "WARN", "ERROR"), LogRetention: d.retention("Functions.LogRetention"),
		AsyncMaxAgeSeconds: d.in("Functions.AsyncMaxAgeSeconds", 60, 21600), AsyncRetries: d.in("Functions.AsyncRetries", 0, 2),
	}
	for _, fn := range contract.Functions() {
		reserved := 1000
		if rapid.IntRange(0, 3).Draw(d.t, fn.Name+" is reserved") == 3 {
			reserved = d.in("Functions.ReservedConcurrency "+fn.Name, 1, 1000)
			set(&f.ReservedConcurrency, fn.Name, reserved)
		}
		if rapid.IntRange(0, 3).Draw(d.t, fn.Name+" is warm") == 3 {
			set(&f.ProvisionedConcurrency, fn.Name, d.in("Functions.ProvisionedConcurrency "+fn.Name, 1, reserved))
		}
	}
	return f
}

func set(m *map[string]int, key string, value int) {
	if *m == nil {
		*m = map[string]int{}
	}
	(*m)[key] = value
}

func (d drawer) ai(singletons bool) envs.AI {
	var generation, embedding []string
	for _, name := range envs.CatalogueNames() {
		if len(envs.Catalogue()[name].Dimensions) > 0 {
			embedding = append(embedding, name)
		} else {
			generation = append(generation, name)
		}
	}
	a := envs.AI{
		GenerationModel: d.of("AI.GenerationModel", generation...), EmbeddingModel: d.of("AI.EmbeddingModel", embedding...),
		InvocationLogging: singletons && d.yes("AI.InvocationLogging"), InvocationLogDays: d.retention("AI.InvocationLogDays"),
		Temperature: d.decimal("AI.Temperature", 0, 100), MaxTokens: d.in("AI.MaxTokens", 256, 64000), MaxSources: d.in("AI.MaxSources", 1, 20),
	}
	a.EmbeddingDimensions = d.ofInt("AI.EmbeddingDimensions", envs.Catalogue()[a.EmbeddingModel].Dimensions...)
	a.Models = []string{a.GenerationModel, a.EmbeddingModel}
	for _, name := range d.some("AI.Models", envs.CatalogueNames()) {
		if !slices.Contains(a.Models, name) {
			a.Models = append(a.Models, name)
		}
	}
	blocked := d.some("AI.Guardrail.BlockedPII", pii)
	masked := []string{"URL"} // never blocked here: there is always one entity type
	for _, e := range d.some("AI.Guardrail.AnonymizedPII", pii) {
		if !slices.Contains(blocked, e) {
			masked = append(masked, e)
		}
	}
	a.Guardrail = envs.Guardrail{
		FilterStrength:     d.of("AI.Guardrail.FilterStrength", "LOW", "MEDIUM", "HIGH"),
		CompetitorNames:    d.some("AI.Guardrail.CompetitorNames", []string{"x", "Other Desk", strings.Repeat("w", 100)}),
		GroundingThreshold: d.decimal("AI.Guardrail.GroundingThreshold", 0, 99), RelevanceThreshold: d.decimal("AI.Guardrail.RelevanceThreshold", 0, 99),
		BlockedPII: blocked, AnonymizedPII: masked,
	}
	return a
}

func (d drawer) api(account envs.Account) envs.API {
	a := envs.API{
		Origins: d.urls("API.Origins", ""), RateLimit: d.decimal("API.RateLimit", 100, 1_000_000), BurstLimit: d.in("API.BurstLimit", 1, 5000),
		WebSocketRate: d.decimal("API.WebSocketRate", 100, 1_000_000), WebSocketBurst: d.in("API.WebSocketBurst", 1, 5000),
		AccessLogDays: d.retention("API.AccessLogDays"), CacheTTLSeconds: d.in("API.CacheTTLSeconds", 0, 3600), WAF: d.yes("API.WAF"),
	}
	if a.WAF {
		a.WAFRatePerIP = d.in("API.WAFRatePerIP", 100, 2_000_000_000)
	}
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9-]{0,30}`), 1, 4, rapid.ID[string]).Draw(d.t, "API.Tiers")
	for _, name := range names {
		a.Tiers = append(a.Tiers, envs.Tier{
			Name: name, RateLimit: d.decimal("API.Tiers.RateLimit", 10, int(a.RateLimit*100)), BurstLimit: d.in("API.Tiers.BurstLimit", 1, a.BurstLimit),
			QuotaPerDay: d.in("API.Tiers.QuotaPerDay", 1, 100_000_000),
		})
	}
	if d.yes("API.Domain") {
		a.Domain = envs.Domain{
			REST: "api.flowops.example", WebSocket: rapid.StringMatching(`[a-z]{1,63}`).Draw(d.t, "API.Domain.WebSocket") + ".chat.flowops.example",
			CertificateARN: "arn:aws:acm:" + account.Region + ":" + account.ID + ":certificate/00000000-0000-0000-0000-000000000000",
		}
		if d.yes("API.Domain.HostedZoneID") {
			a.Domain.HostedZoneID = "Z0123456789ABCDEFGHIJ"
		}
	}
	return a
}

func (d drawer) events() envs.Events {
	return envs.Events{
		ArchiveDays: d.in("Events.ArchiveDays", 1, 3650), ApprovalRequired: d.yes("Events.ApprovalRequired"), ApprovalDays: d.in("Events.ApprovalDays", 1, 360),
		EmbedConcurrency: d.in("Events.EmbedConcurrency", 1, 1000), DeadLetterDays: d.in("Events.DeadLetterDays", 1, 14),
		WorkflowLogLevel: d.of("Events.WorkflowLogLevel", "ALL", "ERROR", "FATAL"),
	}
}

func (d drawer) alarms(volumeGiB int) envs.Alarms {
	a := envs.Alarms{
		ErrorRatePercent: d.decimal("Alarms.ErrorRatePercent", 1, 100), LatencyP99Seconds: d.decimal("Alarms.LatencyP99Seconds", 10, 1000),
		EvaluationMinutes: d.in("Alarms.EvaluationMinutes", 1, 5),
		DeadLetters:       d.in("Alarms.DeadLetters", 0, 10000), FreeStorageMiB: d.in("Alarms.FreeStorageMiB", 1024, volumeGiB*1024),
		DashboardPeriodSec: d.ofInt("Alarms.DashboardPeriodSec", 60, 300, 900, 3600),
	}
	for i := range d.in("Alarms.Subscriptions", 0, 2) {
		s := envs.Subscription{Protocol: "email", Endpoint: fmt.Sprintf("oncall%d@example.com", i)}
		if d.yes("Alarms.Subscriptions https") {
			s = envs.Subscription{Protocol: "https", Endpoint: fmt.Sprintf("https://alerts%d.example.com/hook", i)}
		}
		a.Subscriptions = append(a.Subscriptions, s)
	}
	return a
}
