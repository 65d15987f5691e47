package validation

func kmsRotation() Rule {
	return Rule{
		ID:       "FO-KMS-015",
		Title:    "Symmetric keys rotate",
		Why:      "Rotation bounds how much is encrypted under one key material. It costs callers nothing, since KMS keeps the old material for decryption.",
		Fix:      "Set enable_key_rotation = true.",
		Severity: Error,
		Types:    []string{"aws_kms_key"},
		Check: func(_ *Context, r Resource) []Result {
			usage, usageKnown := r.Get("key_usage").Text()
			spec, specKnown := r.Get("customer_master_key_spec").Text()
			if !usageKnown || !specKnown {
				return unknown("key_usage is %s and customer_master_key_spec is %s", r.Get("key_usage"), r.Get("customer_master_key_spec"))
			}
			// KMS rotates only symmetric encryption keys whose material it holds
			// itself; asymmetric and HMAC keys, and custom key stores, it can't.
			symmetric := (usage == "" || usage == "ENCRYPT_DECRYPT") && (spec == "" || spec == "SYMMETRIC_DEFAULT")
			if !symmetric || !r.Get("custom_key_store_id").Absent() {
				return notApplicable()
			}
			return wantTrue(r, "enable_key_rotation")
		},
	}
}
