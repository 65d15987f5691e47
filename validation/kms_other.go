package validation

func kmsOther() Rule {
	return Rule{
		ID:       "FO-KMS-018",
		Title:    "Every kind of storage has an encryption rule",
		Why:      "A kind of storage that no rule knows would pass in silence.",
		Fix:      "Add a KMS rule for the type before using it, and take the type out of this list.",
		Severity: Error,
		Types: []string{
			"aws_db_instance", "aws_dax_cluster", "aws_docdb_cluster",
			"aws_ebs_volume", "aws_ecr_repository", "aws_efs_file_system", "aws_elasticache_replication_group",
			"aws_fsx_lustre_file_system", "aws_kinesis_firehose_delivery_stream", "aws_kinesis_stream", "aws_memorydb_cluster",
			"aws_msk_cluster", "aws_mq_broker", "aws_neptune_cluster", "aws_opensearchserverless_collection",
			"aws_rds_cluster", "aws_redshift_cluster", "aws_s3_directory_bucket", "aws_s3tables_table_bucket", "aws_backup_vault",
			"aws_timestreamwrite_database",
		},
		Check: func(_ *Context, r Resource) []Result {
			return nonCompliant("no rule judges the encryption of %s", r.Type)
		},
	}
}
