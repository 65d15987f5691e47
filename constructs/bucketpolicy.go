package constructs

// BucketPolicy is the policy of a secure bucket: TLS 1.2 or newer only, objects
// under no other key than the bucket's, delivery of access logs where the
// bucket takes them, and what the props add.
func BucketPolicy(props SecureBucketProps) []Statement {
	objects := []string{props.ARN + "/*"}
	all := []string{props.ARN, props.ARN + "/*"}
	anything := []string{"s3:*"}
	statements := []Statement{
		Deny("TLSOnly", anything, all).If("Bool", "aws:SecureTransport", "false"),
		Deny("TLS12OrNewer", anything, all).If("NumericLessThan", "s3:TlsVersion", "1.2"),
	}
	if props.TakesAccessLogs != "" {
		statements = append(statements, Allow("AccessLogs", []string{"s3:PutObject"}, objects).To("Service", "logging.s3.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", props.TakesAccessLogs))
	} else {
		// A request that names neither algorithm nor key gets the bucket's defaults;
		// the Null conditions keep these statements off it, since a negated
		// operator is true for a key that is absent.
		algorithm, key := "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
		kmsOnly := Deny("KMSOnly", []string{"s3:PutObject"}, objects).If("StringNotEquals", algorithm, "aws:kms").If("Null", algorithm, "false")
		if props.SSES3Writer != "" {
			kmsOnly = kmsOnly.If("StringNotEqualsIfExists", "aws:PrincipalServiceName", props.SSES3Writer)
		}
		keys := []string{*props.KeyARN}
		if props.KeyAliasARN != "" {
			keys = append(keys, props.KeyAliasARN)
		}
		statements = append(statements, kmsOnly,
			Deny("NoOtherKey", []string{"s3:PutObject"}, objects).If("StringNotEquals", key, keys...).If("Null", key, "false"))
	}
	return append(statements, props.Policy...)
}
