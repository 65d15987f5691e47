package envs

// staging is prod's shape at a smaller size.
func staging() Config {
	c := prod()
	c.Environment = "staging"
	c.Account = Account{ID: "222222222222", Region: "eu-central-1", OwnsSingletons: true}
	c.Network.CIDR = "10.30.0.0/16"
	c.Network.FlowLogRetention = 30
	c.Keys.DeletionWindowDays = 14
	c.Identity.CallbackURLs = []string{"https://staging.flowops.example/callback"}
	c.Identity.LogoutURLs = []string{"https://staging.flowops.example/"}
	c.Identity.DeletionProtection = false
	c.Identity.DomainPrefix = "flowops-staging-222222222222"
	c.Storage.DeletionProtection = false
	c.Storage.NoncurrentVersionDays = 90
	c.Storage.AccessLogDays = 90
	c.Search.InstanceType = "r7g.large.search"
	c.Search.InstanceCount = 2
	c.Search.ZoneCount = 2
	c.Search.MasterType = ""
	c.Search.MasterCount = 0
	c.Search.VolumeGiB = 50
	c.Search.Shards = 2
	c.Search.Replicas = 1
	c.Functions.LogRetention = 30
	c.Functions.ReservedConcurrency = nil
	c.Functions.ProvisionedConcurrency = nil
	c.AI.InvocationLogDays = 30
	c.API.Origins = []string{"https://staging.flowops.example"}
	c.API.RateLimit = 200
	c.API.BurstLimit = 400
	c.API.WebSocketRate = 200
	c.API.WebSocketBurst = 400
	c.API.AccessLogDays = 30
	c.API.Domain = Domain{}
	c.Events.ArchiveDays = 30
	c.Events.EmbedConcurrency = 10
	c.Alarms.ErrorRatePercent = 1
	c.Alarms.LatencyP99Seconds = 10
	c.Alarms.FreeStorageMiB = 10240
	c.Audit.RetentionDays = 180
	c.Audit.LogRetentionDays = 90
	c.Tags = Tags{Owner: "platform", CostCenter: "flowops-staging", DataClassification: "confidential"}
	return c
}
