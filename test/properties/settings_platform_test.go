package properties

import (
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// platformPlaces are where the settings of foundation and data stand.
var platformPlaces = slices.Concat(everywhere, identityPlaces, networkPlaces, storagePlaces, searchPlaces)

// everywhere are settings of the provider, in every stack.
var everywhere = []place{
	provider("Account.ID", func(c envs.Config) any { return []string{c.Account.ID} }, "allowed_account_ids"),
	provider("Account.Region", func(c envs.Config) any { return c.Account.Region }, "region"),
	provider("Tags.Owner", func(c envs.Config) any { return c.Tags.Owner }, "default_tags", 0, "tags", "Owner"),
	provider("Tags.CostCenter", func(c envs.Config) any { return c.Tags.CostCenter }, "default_tags", 0, "tags", "CostCenter"),
	provider("Tags.DataClassification", func(c envs.Config) any { return c.Tags.DataClassification }, "default_tags", 0, "tags", "DataClassification"),
	provider("Environment", func(c envs.Config) any { return c.Environment }, "default_tags", 0, "tags", "Environment"),
	provider("Project", func(c envs.Config) any { return c.Project }, "default_tags", 0, "tags", "Project"),
}

// provider is a setting of the provider of every stack.
func provider(field string, want func(c envs.Config) any, steps ...any) place {
	of := func(e environment, stack string) any { return synth.Get(e.docs[stack]["provider"], "aws", 0) }
	return place{
		field: field, what: "the provider",
		want: func(c envs.Config) any {
			all := map[string]any{}
			for _, stack := range stacks.Names() {
				all[stack] = want(c)
			}
			return all
		},
		read: func(e environment) any {
			all := map[string]any{}
			for stack := range e.docs {
				all[stack] = find(of(e, stack), steps...)
			}
			return all
		},
		wrong: func(e environment) bool {
			put(of(e, stacks.Names()[e.turn(len(stacks.Names()))]), "another", steps...)
			return true
		},
	}
}

var identityPlaces = []place{
	at("Keys.DeletionWindowDays", stacks.Foundation, "aws_kms_key", "foundation/key", value(func(c envs.Config) int { return c.Keys.DeletionWindowDays }), "deletion_window_in_days"),
	at("Keys.DeletionWindowDays", stacks.Foundation, "aws_kms_key", "foundation/session-key", value(func(c envs.Config) int { return c.Keys.DeletionWindowDays }), "deletion_window_in_days"),
	at("Keys.RotationDays", stacks.Foundation, "aws_kms_key", "foundation/key", value(func(c envs.Config) int { return c.Keys.RotationDays }), "rotation_period_in_days"),
	at("Identity.MFA", stacks.Foundation, "aws_cognito_user_pool", "", value(func(c envs.Config) string { return c.Identity.MFA }), "mfa_configuration"),
	at("Identity.PasswordMinLength", stacks.Foundation, "aws_cognito_user_pool", "", value(func(c envs.Config) int { return c.Identity.PasswordMinLength }), "password_policy", "minimum_length"),
	at("Identity.IDTokenMinutes", stacks.Foundation, "aws_cognito_user_pool_client", "", value(func(c envs.Config) int { return c.Identity.IDTokenMinutes }), "id_token_validity"),
	at("Identity.IDTokenMinutes", stacks.Foundation, "aws_cognito_user_pool_client", "", value(func(c envs.Config) int { return c.Identity.IDTokenMinutes }), "access_token_validity"),
	at("Identity.RefreshTokenHours", stacks.Foundation, "aws_cognito_user_pool_client", "", value(func(c envs.Config) int { return c.Identity.RefreshTokenHours }), "refresh_token_validity"),
	at("Identity.CallbackURLs", stacks.Foundation, "aws_cognito_user_pool_client", "", value(func(c envs.Config) []string { return c.Identity.CallbackURLs }), "callback_urls"),
	at("Identity.LogoutURLs", stacks.Foundation, "aws_cognito_user_pool_client", "", value(func(c envs.Config) []string { return c.Identity.LogoutURLs }), "logout_urls"),
	at("Identity.DeletionProtection", stacks.Foundation, "aws_cognito_user_pool", "", value(func(c envs.Config) string {
		return map[bool]string{true: "ACTIVE", false: "INACTIVE"}[c.Identity.DeletionProtection]
	}), "deletion_protection"),
	at("Identity.AdvancedSecurityMode", stacks.Foundation, "aws_cognito_user_pool", "", value(func(c envs.Config) string { return c.Identity.AdvancedSecurityMode }), "user_pool_add_ons", "advanced_security_mode"),
	at("Identity.DomainPrefix", stacks.Foundation, "aws_cognito_user_pool_domain", "", value(func(c envs.Config) string { return c.Identity.DomainPrefix }), "domain"),
}

func networked(c envs.Config) bool { return c.Network.Enabled }

var networkPlaces = []place{
	there("Network.Enabled", stacks.Foundation, "aws_vpc", "foundation/vpc", networked),
	at("Network.CIDR", stacks.Foundation, "aws_vpc", "", where(networked, func(c envs.Config) string { return c.Network.CIDR }), "cidr_block"),
	each("Network.Zones", []string{stacks.Foundation}, "aws_subnet", "availability_zone", func(c envs.Config) any {
		zones := map[string]string{}
		for _, z := range c.Network.Zones {
			zones[c.Account.Region+z] = c.Account.Region + z
		}
		return zones
	}, "availability_zone"),
	at("Network.FlowLogRetention", stacks.Foundation, "aws_cloudwatch_log_group", "flow-log", where(networked, func(c envs.Config) int { return c.Network.FlowLogRetention }), "retention_in_days"),
}

// lifecycle is a setting in a rule of a bucket's lifecycle.
func lifecycle(field, bucket, rule string, want func(c envs.Config) int, steps ...any) place {
	return at(field, stacks.Data, "aws_s3_bucket_lifecycle_configuration", bucket, value(want), append([]any{"rule", with{"id", rule}}, steps...)...)
}

var storagePlaces = []place{
	each("Storage.PointInTimeRecovery", []string{stacks.Data, stacks.AI}, "aws_dynamodb_table", "name", tables(func(c envs.Config) any { return c.Storage.PointInTimeRecovery }), "point_in_time_recovery", "enabled"),
	each("Storage.DeletionProtection", []string{stacks.Data, stacks.AI}, "aws_dynamodb_table", "name", tables(func(c envs.Config) any { return c.Storage.DeletionProtection }), "deletion_protection_enabled"),
	at("Storage.ForceDestroy", stacks.Data, "aws_s3_bucket", "documents", value(func(c envs.Config) bool { return c.Storage.ForceDestroy }), "force_destroy"),
	there("Storage.DynamoDBInsights", stacks.Data, "aws_dynamodb_contributor_insights", "", func(c envs.Config) bool { return c.Storage.DynamoDBInsights }),
	lifecycle("Storage.NoncurrentVersionDays", "documents", "documents", func(c envs.Config) int { return c.Storage.NoncurrentVersionDays }, "noncurrent_version_expiration", "noncurrent_days"),
	lifecycle("Storage.InfrequentAccessDays", "documents", "documents", func(c envs.Config) int { return c.Storage.InfrequentAccessDays }, "transition", "days"),
	lifecycle("Storage.IncompleteUploadDays", "documents", "documents", func(c envs.Config) int { return c.Storage.IncompleteUploadDays }, "abort_incomplete_multipart_upload", "days_after_initiation"),
	lifecycle("Storage.WorkDays", "documents", "work", func(c envs.Config) int { return c.Storage.WorkDays }, "expiration", "days"),
	lifecycle("Storage.AccessLogDays", "access-logs", "expire", func(c envs.Config) int { return c.Storage.AccessLogDays }, "expiration", "days"),
	at("Project", stacks.Data, "aws_s3_bucket", "documents", value(func(c envs.Config) string {
		return c.Project + "-" + c.Environment + "-documents-" + c.Account.ID + "-" + c.Account.Region
	}), "bucket"),
}

// domain is a setting of the search domain.
func domain(field string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.Data, "aws_opensearch_domain", "", want, steps...)
}

// index is a setting of the vector index, which search-admin makes.
func index(field string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.AI, "aws_lambda_invocation", "search-setup", want, append([]any{"input", "setup", "template", "template"}, steps...)...)
}

func mastered(c envs.Config) bool { return c.Search.MasterType != "" }

var searchPlaces = []place{
	domain("Search.EngineVersion", value(func(c envs.Config) string { return c.Search.EngineVersion }), "engine_version"),
	domain("Search.InstanceType", value(func(c envs.Config) string { return c.Search.InstanceType }), "cluster_config", "instance_type"),
	domain("Search.InstanceCount", value(func(c envs.Config) int { return c.Search.InstanceCount }), "cluster_config", "instance_count"),
	domain("Search.ZoneCount", value(func(c envs.Config) bool { return c.Search.ZoneCount > 1 }), "cluster_config", "zone_awareness_enabled"),
	domain("Search.ZoneCount", where(func(c envs.Config) bool { return c.Search.ZoneCount > 1 }, func(c envs.Config) int { return c.Search.ZoneCount }), "cluster_config", "zone_awareness_config", "availability_zone_count"),
	domain("Search.MasterType", where(mastered, func(c envs.Config) string { return c.Search.MasterType }), "cluster_config", "dedicated_master_type"),
	domain("Search.MasterCount", where(mastered, func(c envs.Config) int { return c.Search.MasterCount }), "cluster_config", "dedicated_master_count"),
	domain("Search.VolumeGiB", value(func(c envs.Config) int { return c.Search.VolumeGiB }), "ebs_options", "volume_size"),
	domain("Search.VolumeIOPS", value(func(c envs.Config) int { return c.Search.VolumeIOPS }), "ebs_options", "iops"),
	domain("Search.VolumeMiBs", value(func(c envs.Config) int { return c.Search.VolumeMiBs }), "ebs_options", "throughput"),
	domain("Search.SnapshotHourUTC", value(func(c envs.Config) int { return c.Search.SnapshotHourUTC }), "snapshot_options", "automated_snapshot_start_hour"),
	domain("Search.AutoTune", value(func(c envs.Config) string {
		return map[bool]string{true: "ENABLED", false: "DISABLED"}[c.Search.AutoTune]
	}), "auto_tune_options", "desired_state"),
	index("Search.Shards", value(func(c envs.Config) int { return c.Search.Shards }), "settings", "index", "number_of_shards"),
	index("Search.Replicas", value(func(c envs.Config) int { return c.Search.Replicas }), "settings", "index", "number_of_replicas"),
	index("Search.KNNEngine", value(func(c envs.Config) string { return c.Search.KNNEngine }), "mappings", "properties", "vector", "method", "engine"),
	index("AI.EmbeddingDimensions", value(func(c envs.Config) int { return c.AI.EmbeddingDimensions }), "mappings", "properties", "vector", "dimension"),
}

// tables is a setting that every table has.
func tables(setting func(c envs.Config) any) func(envs.Config) any {
	return func(c envs.Config) any {
		all := map[string]any{}
		for _, t := range contract.Tables() {
			all[c.Name(t.Name)] = setting(c)
		}
		return all
	}
}
