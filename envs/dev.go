package envs

// dev is small, cheap and easy to destroy.
func dev() Config {
	return Config{
		Project:     "flowops",
		Environment: "dev",
		Account:     Account{ID: "111111111111", Region: "eu-central-1", OwnsSingletons: true},
		Network:     Network{Enabled: false},
		Keys:        Keys{RotationDays: 365, DeletionWindowDays: 7},
		Identity: Identity{
			MFA: MFAOptional, PasswordMinLength: 12, IDTokenMinutes: 60, RefreshTokenHours: 720,
			CallbackURLs: []string{"https://dev.flowops.example/callback"}, LogoutURLs: []string{"https://dev.flowops.example/"},
			AdvancedSecurityMode: "AUDIT", DomainPrefix: "flowops-dev-111111111111",
		},
		Storage: Storage{
			PointInTimeRecovery: true, ForceDestroy: true, NoncurrentVersionDays: 30, InfrequentAccessDays: 90,
			AccessLogDays: 30, WorkDays: 3, IncompleteUploadDays: 7,
		},
		Search: Search{
			EngineVersion: "OpenSearch_2.19", KNNEngine: "faiss", InstanceType: "t3.small.search", InstanceCount: 1, ZoneCount: 1,
			VolumeGiB: 20, VolumeIOPS: 3000, VolumeMiBs: 125, Shards: 1, Replicas: 0, MinScore: 0.6, SnapshotHourUTC: 2,
		},
		Functions: Functions{LogLevel: "DEBUG", LogRetention: 14, AsyncMaxAgeSeconds: 3600, AsyncRetries: 2},
		AI: AI{
			GenerationModel: "claude-sonnet-4-6", EmbeddingModel: "titan-embed-text-v2", EmbeddingDimensions: 1024,
			Models:    []string{"claude-sonnet-4-6", "titan-embed-text-v2"},
			Guardrail: guardrail(), InvocationLogging: true, InvocationLogDays: 14, Temperature: 0.2, MaxTokens: 2048, MaxSources: 6,
		},
		API: API{
			Origins: []string{"https://dev.flowops.example"}, RateLimit: 50, BurstLimit: 100, WebSocketRate: 50, WebSocketBurst: 100,
			Tiers: []Tier{
				{Name: "standard", RateLimit: 5, BurstLimit: 10, QuotaPerDay: 5_000},
				{Name: "premium", RateLimit: 20, BurstLimit: 40, QuotaPerDay: 50_000},
			},
			AccessLogDays: 14, CacheTTLSeconds: 300,
		},
		Events: Events{ArchiveDays: 7, ApprovalRequired: true, ApprovalDays: 14, EmbedConcurrency: 5, DeadLetterDays: 14, WorkflowLogLevel: "ALL"},
		Alarms: Alarms{
			ErrorRatePercent: 1, LatencyP99Seconds: 10, EvaluationMinutes: 5, FreeStorageMiB: 4096, DashboardPeriodSec: 300,
		},
		Audit: Audit{RetentionDays: 90, LogRetentionDays: 30, DataEvents: true},
		Tags:  Tags{Owner: "platform", CostCenter: "flowops-dev", DataClassification: "internal"},
	}
}

// guardrail is what all environments filter alike.
func guardrail() Guardrail {
	return Guardrail{
		FilterStrength: "HIGH", GroundingThreshold: 0.7, RelevanceThreshold: 0.6,
		BlockedPII: []string{"AWS_ACCESS_KEY", "AWS_SECRET_KEY", "CREDIT_DEBIT_CARD_CVV", "PASSWORD", "PIN"},
		AnonymizedPII: []string{
			"CREDIT_DEBIT_CARD_NUMBER", "EMAIL", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "IP_ADDRESS", "PHONE", "US_SOCIAL_SECURITY_NUMBER",
		},
	}
}
