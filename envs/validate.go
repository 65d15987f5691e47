package envs

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/flowops/flowops/contract"
)

// Patterns and limits; where AWS sets one, its documentation is named.
var (
	projectName  = regexp.MustCompile(`^[a-z][a-z0-9]{1,11}$`)
	accountID    = regexp.MustCompile(`^[0-9]{12}$`)
	region       = regexp.MustCompile(`^[a-z]{2}(-[a-z]+){1,2}-[0-9]$`)
	zoneLetter   = regexp.MustCompile(`^[a-f]$`)
	domainPrefix = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`) // Cognito: CreateUserPoolDomain
	hostName     = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	certificate  = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):[0-9]{12}:certificate/[0-9a-f-]{36}$`)
	hostedZone   = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
	engine       = regexp.MustCompile(`^OpenSearch_2\.(\d+)$`)
	dataNode     = regexp.MustCompile(`^(?:t3\.(?:small|medium)|[cmr][5-8][a-z]{0,2}\.(?:large|xlarge|\d+xlarge)|or[12]\.(?:medium|large|xlarge|\d+xlarge))\.search$`)
	tierName     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)
	tagValue     = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,256}$`) // AWS: tag restrictions
	email        = regexp.MustCompile(`^[^@\s,]+@[^@\s,]+\.[^@\s,]+$`)
	word         = regexp.MustCompile(`^\S(?:.{0,98}\S)?$`) // Bedrock: GuardrailWordConfig
)

// logRetention is the days that CloudWatch Logs takes (PutRetentionPolicy).
var logRetention = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// pii is the entity types that a guardrail knows (GuardrailPiiEntityConfig).
var pii = []string{
	"ADDRESS", "AGE", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "CA_HEALTH_NUMBER", "CA_SOCIAL_INSURANCE_NUMBER", "CREDIT_DEBIT_CARD_CVV",
	"CREDIT_DEBIT_CARD_EXPIRY", "CREDIT_DEBIT_CARD_NUMBER", "DRIVER_ID", "EMAIL", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "IP_ADDRESS",
	"LICENSE_PLATE", "MAC_ADDRESS", "NAME", "PASSWORD", "PHONE", "PIN", "SWIFT_CODE", "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
	"UK_NATIONAL_INSURANCE_NUMBER", "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", "URL", "USERNAME", "US_BANK_ACCOUNT_NUMBER",
	"US_BANK_ROUTING_NUMBER", "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "US_PASSPORT_NUMBER", "US_SOCIAL_SECURITY_NUMBER",
	"VEHICLE_IDENTIFICATION_NUMBER",
}

// Validate returns everything that is wrong with c; nil if nothing is.
func (c Config) Validate() Problems {
	k := &checker{}
	c.checkPlace(k)
	c.checkNetwork(k)
	c.checkIdentity(k)
	c.checkStorage(k)
	c.checkSearch(k)
	c.checkFunctions(k)
	c.checkAI(k)
	c.checkAPI(k)
	c.checkOperations(k)
	return k.problems
}

func (c Config) checkPlace(k *checker) {
	k.matches("Project", c.Project, projectName, "2 to 12 lower-case letters and digits, a letter first")
	k.oneOf("Environment", c.Environment, Names()...)
	k.matches("Account.ID", c.Account.ID, accountID, "12 digits")
	k.matches("Account.Region", c.Account.Region, region, "an AWS region, as in eu-central-1")
	k.between("Keys.RotationDays", c.Keys.RotationDays, 90, 2560)          // KMS: EnableKeyRotation
	k.between("Keys.DeletionWindowDays", c.Keys.DeletionWindowDays, 7, 30) // KMS: ScheduleKeyDeletion
	k.matches("Tags.Owner", c.Tags.Owner, tagValue, "1 to 256 letters, digits, spaces and _.:/=+@-")
	k.matches("Tags.CostCenter", c.Tags.CostCenter, tagValue, "1 to 256 letters, digits, spaces and _.:/=+@-")
	k.oneOf("Tags.DataClassification", c.Tags.DataClassification, "public", "internal", "confidential", "restricted")
}

func (c Config) checkNetwork(k *checker) {
	if !c.Network.Enabled {
		return
	}
	p, err := netip.ParsePrefix(c.Network.CIDR)
	private := err == nil && p.Addr().Is4() && p.Addr().IsPrivate() && p.Masked() == p && p.Bits() >= 16 && p.Bits() <= 24
	k.that(private, "Network.CIDR", c.Network.CIDR, "a private IPv4 network address with a mask of 16 to 24 bits, as in 10.20.0.0/16")
	k.that(len(c.Network.Zones) >= 2 && len(c.Network.Zones) <= 3, "Network.Zones", c.Network.Zones, "two or three availability zones")
	k.unique("Network.Zones", c.Network.Zones)
	for i, z := range c.Network.Zones {
		k.matches(fmt.Sprintf("Network.Zones[%d]", i), z, zoneLetter, "a letter from a to f")
	}
	k.oneOfInt("Network.FlowLogRetention", c.Network.FlowLogRetention, logRetention)
	k.that(c.Search.ZoneCount <= len(c.Network.Zones), "Search.ZoneCount", c.Search.ZoneCount, "at most the %d zones of Network.Zones", len(c.Network.Zones))
}

func (c Config) checkIdentity(k *checker) {
	i := c.Identity
	k.oneOf("Identity.MFA", i.MFA, MFAOptional, MFARequired)
	k.between("Identity.PasswordMinLength", i.PasswordMinLength, 12, 99)
	k.between("Identity.IDTokenMinutes", i.IDTokenMinutes, 5, 1440) // Cognito: CreateUserPoolClient
	k.between("Identity.RefreshTokenHours", i.RefreshTokenHours, 1, 720)
	k.that(i.RefreshTokenHours*60 > i.IDTokenMinutes, "Identity.RefreshTokenHours", i.RefreshTokenHours, "longer than the %d minutes of Identity.IDTokenMinutes", i.IDTokenMinutes)
	k.httpsURLs("Identity.CallbackURLs", i.CallbackURLs, false)
	k.httpsURLs("Identity.LogoutURLs", i.LogoutURLs, false)
	k.oneOf("Identity.AdvancedSecurityMode", i.AdvancedSecurityMode, "OFF", "AUDIT", "ENFORCED")
	reserved := strings.Contains(i.DomainPrefix, "aws") || strings.Contains(i.DomainPrefix, "amazon") || strings.Contains(i.DomainPrefix, "cognito")
	k.that(domainPrefix.MatchString(i.DomainPrefix) && !reserved, "Identity.DomainPrefix", i.DomainPrefix, "1 to 63 lower-case letters, digits and hyphens, without the words aws, amazon and cognito")
}

func (c Config) checkStorage(k *checker) {
	s := c.Storage
	k.between("Storage.NoncurrentVersionDays", s.NoncurrentVersionDays, 1, 3650)
	k.between("Storage.InfrequentAccessDays", s.InfrequentAccessDays, 30, 3650) // S3: the class's least age
	k.between("Storage.AccessLogDays", s.AccessLogDays, 1, 3650)
	k.between("Storage.WorkDays", s.WorkDays, 1, 365)
	k.between("Storage.IncompleteUploadDays", s.IncompleteUploadDays, 1, 30)
	k.that(!(s.DeletionProtection && s.ForceDestroy), "Storage.ForceDestroy", s.ForceDestroy, "false where Storage.DeletionProtection is true")
}

func (c Config) checkSearch(k *checker) {
	s := c.Search
	minor := 0
	if m := engine.FindStringSubmatch(s.EngineVersion); m != nil {
		_, _ = fmt.Sscan(m[1], &minor)
	}
	k.that(minor >= 19, "Search.EngineVersion", s.EngineVersion, "OpenSearch_2.19 or a newer 2.x")
	k.oneOf("Search.KNNEngine", s.KNNEngine, "faiss", "lucene")
	k.matches("Search.InstanceType", s.InstanceType, dataNode, "a data node type, as in t3.small.search or r7g.large.search")
	k.between("Search.ZoneCount", s.ZoneCount, 1, 3)
	k.between("Search.InstanceCount", s.InstanceCount, 1, 80)
	if s.ZoneCount > 0 {
		k.that(s.InstanceCount%s.ZoneCount == 0, "Search.InstanceCount", s.InstanceCount, "a multiple of the %d zones of Search.ZoneCount", s.ZoneCount)
	}
	if s.MasterType == "" {
		k.that(s.MasterCount == 0, "Search.MasterCount", s.MasterCount, "0 without a Search.MasterType")
	} else {
		k.matches("Search.MasterType", s.MasterType, dataNode, "a node type, as in m7g.large.search")
		k.oneOfInt("Search.MasterCount", s.MasterCount, []int{3, 5})
	}
	k.between("Search.VolumeGiB", s.VolumeGiB, 10, 3072)
	k.between("Search.VolumeIOPS", s.VolumeIOPS, 3000, 16000) // EBS: gp3
	k.between("Search.VolumeMiBs", s.VolumeMiBs, 125, 1000)
	k.between("Search.Shards", s.Shards, 1, 1024)
	k.between("Search.Replicas", s.Replicas, 0, max(0, s.InstanceCount-1))
	k.within("Search.MinScore", s.MinScore, 0, 1)
	k.between("Search.SnapshotHourUTC", s.SnapshotHourUTC, 0, 23)
	k.that(!(s.AutoTune && strings.HasPrefix(s.InstanceType, "t3.")), "Search.AutoTune", s.AutoTune, "false with t3 instances, which do not offer it")
}

func (c Config) checkFunctions(k *checker) {
	f := c.Functions
	k.oneOf("Functions.LogLevel", f.LogLevel, "DEBUG", "INFO", "WARN", "ERROR")
	k.oneOfInt("Functions.LogRetention", f.LogRetention, logRetention)
	k.between("Functions.AsyncMaxAgeSeconds", f.AsyncMaxAgeSeconds, 60, 21600) // Lambda: PutFunctionEventInvokeConfig
	k.between("Functions.AsyncRetries", f.AsyncRetries, 0, 2)
	var names []string
	for _, fn := range contract.Functions() {
		names = append(names, fn.Name)
	}
	for field, sizes := range map[string]map[string]int{"ReservedConcurrency": f.ReservedConcurrency, "ProvisionedConcurrency": f.ProvisionedConcurrency} {
		for _, name := range sortedKeys(sizes) {
			at := "Functions." + field + "[" + name + "]"
			k.that(slices.Contains(names, name), at, name, "%s", strings.Join(names, ", "))
			k.between(at, sizes[name], 1, 1000)
		}
	}
	for _, name := range sortedKeys(f.ProvisionedConcurrency) {
		if r, ok := f.ReservedConcurrency[name]; ok {
			k.that(f.ProvisionedConcurrency[name] <= r, "Functions.ProvisionedConcurrency["+name+"]", f.ProvisionedConcurrency[name], "at most the reserved %d", r)
		}
	}
}

func (c Config) checkAI(k *checker) {
	a := c.AI
	known := CatalogueNames()
	for i, m := range a.Models {
		k.oneOf(fmt.Sprintf("AI.Models[%d]", i), m, known...)
	}
	k.unique("AI.Models", a.Models)
	for field, name := range map[string]string{"AI.GenerationModel": a.GenerationModel, "AI.EmbeddingModel": a.EmbeddingModel} {
		m, ok := Catalogue()[name]
		k.that(ok && slices.Contains(a.Models, name), field, name, "one of AI.Models: %s", strings.Join(a.Models, ", "))
		if !ok {
			continue
		}
		embeds := len(m.Dimensions) > 0
		k.that(embeds == (field == "AI.EmbeddingModel"), field, name, "a model that does this: generation for one, embedding for the other")
		if embeds && field == "AI.EmbeddingModel" {
			k.oneOfInt("AI.EmbeddingDimensions", a.EmbeddingDimensions, m.Dimensions)
		}
	}
	g := a.Guardrail
	k.oneOf("AI.Guardrail.FilterStrength", g.FilterStrength, "LOW", "MEDIUM", "HIGH")
	k.within("AI.Guardrail.GroundingThreshold", g.GroundingThreshold, 0, 0.99) // Bedrock: GuardrailContextualGroundingFilterConfig
	k.within("AI.Guardrail.RelevanceThreshold", g.RelevanceThreshold, 0, 0.99)
	k.unique("AI.Guardrail.CompetitorNames", g.CompetitorNames)
	for i, w := range g.CompetitorNames {
		k.matches(fmt.Sprintf("AI.Guardrail.CompetitorNames[%d]", i), w, word, "1 to 100 characters without space at its ends")
	}
	k.that(len(g.BlockedPII)+len(g.AnonymizedPII) > 0, "AI.Guardrail.AnonymizedPII", g.AnonymizedPII, "at least one entity type here or in BlockedPII")
	k.unique("AI.Guardrail.PII", append(slices.Clone(g.BlockedPII), g.AnonymizedPII...))
	for i, e := range g.BlockedPII {
		k.that(slices.Contains(pii, e), fmt.Sprintf("AI.Guardrail.BlockedPII[%d]", i), e, "%s", strings.Join(pii, ", "))
	}
	for i, e := range g.AnonymizedPII {
		k.that(slices.Contains(pii, e), fmt.Sprintf("AI.Guardrail.AnonymizedPII[%d]", i), e, "%s", strings.Join(pii, ", "))
	}
	k.that(!a.InvocationLogging || c.Account.OwnsSingletons, "AI.InvocationLogging", a.InvocationLogging, "false where Account.OwnsSingletons is false: the account has one such setting per region")
	k.oneOfInt("AI.InvocationLogDays", a.InvocationLogDays, logRetention)
	k.within("AI.Temperature", a.Temperature, 0, 1)
	k.between("AI.MaxTokens", a.MaxTokens, 256, 64000)
	k.between("AI.MaxSources", a.MaxSources, 1, 20)
}

func (c Config) checkAPI(k *checker) {
	a := c.API
	k.httpsURLs("API.Origins", a.Origins, true)
	k.within("API.RateLimit", a.RateLimit, 1, 10000) // API Gateway: account quota
	k.between("API.BurstLimit", a.BurstLimit, 1, 5000)
	k.within("API.WebSocketRate", a.WebSocketRate, 1, 10000)
	k.between("API.WebSocketBurst", a.WebSocketBurst, 1, 5000)
	k.that(len(a.Tiers) > 0, "API.Tiers", len(a.Tiers), "at least one tier")
	names := make([]string, len(a.Tiers))
	for i, t := range a.Tiers {
		at := fmt.Sprintf("API.Tiers[%d].", i)
		names[i] = t.Name
		k.matches(at+"Name", t.Name, tierName, "1 to 31 lower-case letters, digits and hyphens, a letter first")
		k.that(!slices.Contains(names[:i], t.Name), at+"Name", t.Name, "a name that no other tier has")
		k.within(at+"RateLimit", t.RateLimit, 0.1, a.RateLimit)
		k.between(at+"BurstLimit", t.BurstLimit, 1, a.BurstLimit)
		k.between(at+"QuotaPerDay", t.QuotaPerDay, 1, 100_000_000)
	}
	if a.WAF {
		k.between("API.WAFRatePerIP", a.WAFRatePerIP, 100, 2_000_000_000) // WAF: RateBasedStatement
	}
	k.oneOfInt("API.AccessLogDays", a.AccessLogDays, logRetention)
	k.between("API.CacheTTLSeconds", a.CacheTTLSeconds, 0, 3600) // API Gateway: CreateAuthorizer
	c.checkDomain(k)
}

func (c Config) checkDomain(k *checker) {
	d := c.API.Domain
	if d == (Domain{}) {
		return
	}
	k.matches("API.Domain.REST", d.REST, hostName, "a host name, as in api.example.com, where a certificate, a zone or the WebSocket's name is given")
	k.matches("API.Domain.WebSocket", d.WebSocket, hostName, "a host name, as in chat.example.com, where a certificate, a zone or the REST API's name is given")
	k.that(d.REST == "" || d.REST != d.WebSocket, "API.Domain.WebSocket", d.WebSocket, "another name than API.Domain.REST")
	m := certificate.FindStringSubmatch(d.CertificateARN)
	k.that(m != nil && m[1] == c.Account.Region, "API.Domain.CertificateARN", d.CertificateARN, "the ARN of an ACM certificate in %s, where a domain is given", c.Account.Region)
	if d.HostedZoneID != "" {
		k.matches("API.Domain.HostedZoneID", d.HostedZoneID, hostedZone, "a Route 53 zone id, as in Z0123456789ABCDEFGHIJ, or nothing")
	}
}

func (c Config) checkOperations(k *checker) {
	e, a := c.Events, c.Alarms
	k.between("Events.ArchiveDays", e.ArchiveDays, 1, 3650)
	k.between("Events.ApprovalDays", e.ApprovalDays, 1, 360) // Step Functions: an execution lasts a year at the most, its other steps included
	k.between("Events.EmbedConcurrency", e.EmbedConcurrency, 1, 1000)
	k.between("Events.DeadLetterDays", e.DeadLetterDays, 1, 14) // SQS: MessageRetentionPeriod
	k.oneOf("Events.WorkflowLogLevel", e.WorkflowLogLevel, "ALL", "ERROR", "FATAL")
	// The upper limits are what the product promises; an environment may be stricter.
	k.within("Alarms.ErrorRatePercent", a.ErrorRatePercent, 0.01, 1)
	k.within("Alarms.LatencyP99Seconds", a.LatencyP99Seconds, 0.1, 10)
	k.between("Alarms.EvaluationMinutes", a.EvaluationMinutes, 1, 5)
	k.between("Alarms.DeadLetters", a.DeadLetters, 0, 10000)
	k.between("Alarms.FreeStorageMiB", a.FreeStorageMiB, 1024, max(1024, c.Search.VolumeGiB*1024))
	for i, s := range a.Subscriptions {
		at := fmt.Sprintf("Alarms.Subscriptions[%d].", i)
		switch s.Protocol {
		case "email":
			k.matches(at+"Endpoint", s.Endpoint, email, "an e-mail address")
		case "https":
			k.httpsURLs(at+"Endpoint", []string{s.Endpoint}, false)
		default:
			k.oneOf(at+"Protocol", s.Protocol, "email", "https")
		}
	}
	k.oneOfInt("Alarms.DashboardPeriodSec", a.DashboardPeriodSec, []int{60, 300, 900, 3600})
	k.between("Audit.RetentionDays", c.Audit.RetentionDays, 90, 3650)
	k.oneOfInt("Audit.LogRetentionDays", c.Audit.LogRetentionDays, logRetention)
}

func sortedKeys(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
