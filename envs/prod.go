package envs

// prod protects what it holds, spans three zones and keeps chat warm.
func prod() Config {
	return Config{
		Project:     "flowops",
		Environment: "prod",
		Account:     Account{ID: "333333333333", Region: "eu-central-1", OwnsSingletons: true},
		Network:     Network{Enabled: true, CIDR: "10.40.0.0/16", Zones: []string{"a", "b", "c"}, FlowLogRetention: 365},
		Keys:        Keys{RotationDays: 365, DeletionWindowDays: 30},
		Identity: Identity{
			MFA: MFARequired, PasswordMinLength: 14, IDTokenMinutes: 30, RefreshTokenHours: 12,
			CallbackURLs: []string{"https://app.flowops.example/callback"}, LogoutURLs: []string{"https://app.flowops.example/"},
			DeletionProtection: true, AdvancedSecurityMode: "ENFORCED", DomainPrefix: "flowops-prod-333333333333",
		},
		Storage: Storage{
			PointInTimeRecovery: true, DeletionProtection: true, NoncurrentVersionDays: 365, InfrequentAccessDays: 90,
			AccessLogDays: 365, WorkDays: 7, DynamoDBInsights: true, IncompleteUploadDays: 7,
		},
		Search: Search{
			EngineVersion: "OpenSearch_2.19", KNNEngine: "faiss", InstanceType: "r7g.xlarge.search", InstanceCount: 3, ZoneCount: 3,
			MasterType: "m7g.large.search", MasterCount: 3, VolumeGiB: 200, VolumeIOPS: 3000, VolumeMiBs: 250,
			Shards: 6, Replicas: 2, MinScore: 0.6, AutoTune: true, SnapshotHourUTC: 2,
		},
		Functions: Functions{
			LogLevel: "INFO", LogRetention: 365, AsyncMaxAgeSeconds: 3600, AsyncRetries: 2,
			ReservedConcurrency:    map[string]int{"document-ingestion": 50, "agent-provisioner": 5, "search-admin": 2},
			ProvisionedConcurrency: map[string]int{"agent-invoke": 5, "websocket": 2},
		},
		AI: AI{
			GenerationModel: "claude-sonnet-4-6", EmbeddingModel: "titan-embed-text-v2", EmbeddingDimensions: 1024,
			Models:    []string{"claude-sonnet-4-6", "titan-embed-text-v2"},
			Guardrail: guardrail(), InvocationLogging: true, InvocationLogDays: 90, Temperature: 0.2, MaxTokens: 2048, MaxSources: 6,
		},
		API: API{
			Origins: []string{"https://app.flowops.example"}, RateLimit: 1000, BurstLimit: 2000, WebSocketRate: 1000, WebSocketBurst: 2000,
			Tiers: []Tier{
				{Name: "standard", RateLimit: 5, BurstLimit: 10, QuotaPerDay: 5_000},
				{Name: "premium", RateLimit: 20, BurstLimit: 40, QuotaPerDay: 50_000},
				{Name: "enterprise", RateLimit: 100, BurstLimit: 200, QuotaPerDay: 500_000},
			},
			WAF: true, WAFRatePerIP: 2000, AccessLogDays: 365, CacheTTLSeconds: 300,
			Domain: Domain{
				REST: "api.flowops.example", WebSocket: "chat.flowops.example",
				CertificateARN: "arn:aws:acm:eu-central-1:333333333333:certificate/00000000-0000-0000-0000-000000000000",
			},
		},
		Events: Events{ArchiveDays: 90, ApprovalRequired: true, ApprovalDays: 30, EmbedConcurrency: 20, DeadLetterDays: 14, WorkflowLogLevel: "ERROR"},
		Alarms: Alarms{
			ErrorRatePercent: 0.5, LatencyP99Seconds: 8, EvaluationMinutes: 5, FreeStorageMiB: 40960, DashboardPeriodSec: 300,
		},
		Audit: Audit{RetentionDays: 365, LogRetentionDays: 365, DataEvents: true},
		Tags:  Tags{Owner: "platform", CostCenter: "flowops-prod", DataClassification: "confidential"},
	}
}
