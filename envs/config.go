// Package envs is the configuration of the platform's environments: one value
// each for dev, staging and prod, read through Load and checked by Validate.
// After Load nothing else reads the process environment.
package envs

// Config is everything in which one environment can differ from another.
type Config struct {
	Project     string // first part of every name: lower-case letters and digits
	Environment string // "dev", "staging" or "prod"
	Account     Account
	Network     Network
	Keys        Keys
	Identity    Identity
	Storage     Storage
	Search      Search
	Functions   Functions
	AI          AI
	API         API
	Events      Events
	Alarms      Alarms
	Audit       Audit
	Tags        Tags
}

// Account is where the environment lives.
type Account struct {
	ID     string // 12 digits; the provider refuses to deploy into any other
	Region string
	// OwnsSingletons is whether this environment manages the settings that an
	// account has once per region: API Gateway's CloudWatch role, Bedrock's
	// model invocation logging and OpenSearch's service-linked role. Exactly
	// one environment of an account may.
	OwnsSingletons bool
}

// Network is the VPC that the search domain and the functions that talk to it
// live in. Where it is not enabled, the domain has a public endpoint that only
// signed requests get through.
type Network struct {
	Enabled          bool
	CIDR             string   // IPv4, a /16 to a /24
	Zones            []string // availability zone letters, as in "a": one private subnet each
	FlowLogRetention int      // days
}

// Keys is the customer-managed key.
type Keys struct {
	RotationDays       int // 90 to 2560
	DeletionWindowDays int // 7 to 30
}

// MFA modes of the user pool.
const (
	MFAOptional = "OPTIONAL"
	MFARequired = "ON"
)

// Identity is the user pool and its web client.
type Identity struct {
	MFA                  string // MFAOptional or MFARequired
	PasswordMinLength    int    // 12 to 99
	IDTokenMinutes       int    // 5 to 1440; of the access token too
	RefreshTokenHours    int    // 1 to 720
	CallbackURLs         []string
	LogoutURLs           []string
	DeletionProtection   bool
	AdvancedSecurityMode string // OFF, AUDIT or ENFORCED
	DomainPrefix         string // of the hosted sign-in page; unique in a region
}

// Storage is the buckets and tables.
type Storage struct {
	PointInTimeRecovery   bool
	DeletionProtection    bool // of tables and of everything else that offers it
	ForceDestroy          bool // lets destroy empty the buckets
	NoncurrentVersionDays int  // how long an old document version is kept at the least
	InfrequentAccessDays  int  // when a document moves to the infrequent-access class, 30 or more
	AccessLogDays         int  // how long access logs are kept
	WorkDays              int  // how long intermediate objects are kept
	DynamoDBInsights      bool // contributor insights on the tables: the busiest tenants
	IncompleteUploadDays  int
}

// Search is the OpenSearch domain and its vector index.
type Search struct {
	EngineVersion   string // OpenSearch_2.19 or newer 2.x
	KNNEngine       string // faiss or lucene
	InstanceType    string
	InstanceCount   int
	ZoneCount       int     // 1, 2 or 3; the instances are a multiple of it
	MasterType      string  // dedicated masters; empty for none
	MasterCount     int     // 0, 3 or 5
	VolumeGiB       int     // of each instance, gp3
	VolumeIOPS      int     // 3000 or more
	VolumeMiBs      int     // throughput, 125 to 1000
	Shards          int     // primary shards of the vector index
	Replicas        int     // of each shard
	MinScore        float64 // least relevance score that grounds an answer, 0 to 1
	AutoTune        bool
	SnapshotHourUTC int
}

// Functions is what all functions share, and the sizes of single ones. Memory
// and timeout of a function are part of the product and stand in the stacks.
type Functions struct {
	LogLevel               string         // DEBUG, INFO, WARN or ERROR
	LogRetention           int            // days
	ReservedConcurrency    map[string]int // function name to executions; none for unreserved
	ProvisionedConcurrency map[string]int // function name to warm executions
	AsyncMaxAgeSeconds     int            // how long an asynchronous event may wait, 60 to 21600
	AsyncRetries           int            // 0 to 2
}

// AI is the models, the guardrail and the agent.
type AI struct {
	GenerationModel     string   // name in the catalogue
	EmbeddingModel      string   // name in the catalogue
	EmbeddingDimensions int      // one that the embedding model offers
	Models              []string // catalogue names that IAM grants; includes both above
	Guardrail           Guardrail
	InvocationLogging   bool // needs Account.OwnsSingletons
	InvocationLogDays   int
	Temperature         float64 // 0 to 1
	MaxTokens           int     // of an answer
	MaxSources          int     // passages handed to the model
}

// Guardrail is what the guardrail filters.
type Guardrail struct {
	FilterStrength     string   // LOW, MEDIUM or HIGH
	CompetitorNames    []string // words that answers never hold
	GroundingThreshold float64  // 0 to 0.99
	RelevanceThreshold float64  // 0 to 0.99
	BlockedPII         []string // entity types that are blocked
	AnonymizedPII      []string // entity types that are masked
}

// API is the REST and the WebSocket API.
type API struct {
	Origins         []string // https URLs of web clients, for CORS
	RateLimit       float64  // requests a second over all tenants
	BurstLimit      int
	WebSocketRate   float64
	WebSocketBurst  int
	Tiers           []Tier
	WAF             bool
	WAFRatePerIP    int // requests in five minutes from one address, 100 or more
	AccessLogDays   int
	Domain          Domain
	CacheTTLSeconds int // of the authorizer, 0 to 3600
}

// Domain is a custom domain of the APIs; empty for none. Its certificate is of
// this region.
type Domain struct {
	REST           string
	WebSocket      string
	CertificateARN string
	HostedZoneID   string // where the records are made; empty for none
}

// Tier is a usage plan.
type Tier struct {
	Name        string
	RateLimit   float64 // requests a second of one tenant
	BurstLimit  int
	QuotaPerDay int
}

// Events is the platform's event bus and workflow.
type Events struct {
	ArchiveDays      int
	ApprovalRequired bool   // documents are learned only after a person approved them
	ApprovalDays     int    // how long a document may wait, 1 to 360
	EmbedConcurrency int    // batches embedded side by side
	DeadLetterDays   int    // 1 to 14
	WorkflowLogLevel string // ALL, ERROR or FATAL
}

// Subscription is who hears an alert.
type Subscription struct {
	Protocol string // email or https
	Endpoint string
}

// Alarms is the thresholds and who is told. What the product promises no
// environment can loosen; any throttling by Bedrock is an alarm in all of them.
type Alarms struct {
	ErrorRatePercent   float64
	LatencyP99Seconds  float64
	EvaluationMinutes  int // of the error rate and the latency, 1 to 5
	DeadLetters        int // more than this many messages
	FreeStorageMiB     int // of the search domain, the least
	Subscriptions      []Subscription
	DashboardPeriodSec int
}

// Audit is CloudTrail.
type Audit struct {
	RetentionDays    int // in S3
	LogRetentionDays int // in CloudWatch Logs
	DataEvents       bool
}

// Tags stand on everything that takes tags.
type Tags struct {
	Owner              string
	CostCenter         string
	DataClassification string // public, internal, confidential or restricted
}
