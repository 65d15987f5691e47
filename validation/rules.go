package validation

import (
	"slices"
	"strings"
)

// Rules are all rules, sorted by id.
func Rules() []Rule {
	rules := slices.Concat(encryption(), tagging(), transit(), buckets(), access(), logging(), functions(), apis(), backups(), network(), suppressions())
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

func encryption() []Rule {
	return []Rule{
		kmsBucket(), kmsObject(), kmsTable(), kmsSearch(), kmsLogGroup(), kmsQueue(), kmsTopic(), kmsTrail(), kmsFunction(),
		kmsStateMachine(), kmsEventBus(), kmsEventArchive(), kmsParameter(), kmsGuardrail(), kmsRotation(), kmsKeyPolicy(),
		kmsSecret(), kmsOther(), kmsEnabled(), kmsOwnPolicy(), kmsPlainParameter(),
	}
}

func tagging() []Rule { return []Rule{tagRequired(), tagValues(), tagDefault()} }

func transit() []Rule {
	return []Rule{
		tlsBucket(), tlsBucketVersion(), tlsQueue(), tlsTopic(), tlsSearch(), tlsDomain(), tlsSubscription(), tlsListener(),
	}
}

func buckets() []Rule {
	return []Rule{s3Versioning(), s3PublicAccess(), s3Ownership(), s3Logging(), s3Lifecycle(), s3Lockout(), s3Uploads()}
}

func access() []Rule {
	return []Rule{
		iamActions(), iamResources(), iamTrust(), iamTenant(), iamLeadingKeys(), iamPassRole(), iamBoundary(), iamSeparator(),
		iamManaged(), iamOpen(), iamSessionTags(), iamFederated(), iamSize(), iamGuests(), iamPassword(), iamSecondFactor(),
		iamSignIn(), iamSearch(), iamServiceCall(), iamProvider(), iamTopic(), iamTrustedAccount(), iamCredentials(),
		iamRewrite(),
	}
}

func logging() []Rule {
	return []Rule{
		logRetention(), logFunctionGroup(), logFunctionFormat(), logAPI(), logAPIBodies(), logStateMachine(), logTrail(),
		logSearch(), logFlow(), logAPIErrors(), logAPIFormat(), logSearchSlow(), logFirewall(), logAlarm(),
	}
}

func functions() []Rule {
	return []Rule{
		fnTracing(), fnMemory(), fnTimeout(), fnDeadLetter(), fnEnvironment(), fnWorkflowTracing(), fnRuntime(), fnSecrets(),
		fnEventTarget(), fnQueue(), fnSubscription(),
	}
}

func apis() []Rule {
	return []Rule{
		apiAuthorizer(), apiValidator(), apiThrottling(), apiConnect(), apiErrors(), apiRedeploy(), apiDefaultEndpoint(),
		apiCache(), apiFirewall(), apiBadInputs(), apiACLActions(), apiRecord(),
	}
}

func backups() []Rule {
	return []Rule{bakRecovery(), bakTable(), bakUserPool(), bakBucket(), bakKey(), bakSearch()}
}

func network() []Rule {
	return []Rule{
		netDescription(), netIngress(), netEgress(), netDefaultGroup(), netPublicAddress(), netRoute(), netSearch(),
	}
}

func suppressions() []Rule { return []Rule{suppressionMalformed(), suppressionUnused()} }
