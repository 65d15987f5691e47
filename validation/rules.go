package validation

import (
	"slices"
	"strings"
)

// Rules are all rules, sorted by id.
func Rules() []Rule {
	rules := slices.Concat(encryption(), tagging(), transit(), buckets(), access(), logging(), functions(), apis(), backups(), suppressions())
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

func encryption() []Rule {
	return []Rule{
		kmsBucket(), kmsObject(), kmsTable(), kmsSearch(), kmsLogGroup(), kmsQueue(), kmsTopic(), kmsTrail(), kmsFunction(),
		kmsStateMachine(), kmsEventBus(), kmsEventArchive(), kmsParameter(), kmsGuardrail(), kmsRotation(), kmsKeyPolicy(),
		kmsSecret(), kmsOther(),
	}
}

func tagging() []Rule { return []Rule{tagRequired(), tagValues(), tagDefault()} }

func transit() []Rule {
	return []Rule{
		tlsBucket(), tlsBucketVersion(), tlsQueue(), tlsTopic(), tlsSearch(), tlsDomain(), tlsSubscription(), tlsListener(),
	}
}

func buckets() []Rule {
	return []Rule{s3Versioning(), s3PublicAccess(), s3Ownership(), s3Logging(), s3Lifecycle()}
}

func access() []Rule {
	return []Rule{
		iamActions(), iamResources(), iamTrust(), iamTenant(), iamLeadingKeys(), iamPassRole(), iamBoundary(), iamSeparator(),
		iamManaged(), iamOpen(), iamSessionTags(), iamFederated(), iamSize(),
	}
}

func logging() []Rule {
	return []Rule{
		logRetention(), logFunctionGroup(), logFunctionFormat(), logAPI(), logAPIBodies(), logStateMachine(), logTrail(),
		logSearch(), logFlow(),
	}
}

func functions() []Rule {
	return []Rule{fnTracing(), fnMemory(), fnTimeout(), fnDeadLetter(), fnEnvironment(), fnWorkflowTracing()}
}

func apis() []Rule {
	return []Rule{
		apiAuthorizer(), apiValidator(), apiThrottling(), apiConnect(), apiErrors(), apiRedeploy(), apiDefaultEndpoint(),
	}
}

func backups() []Rule {
	return []Rule{bakRecovery(), bakTable(), bakUserPool(), bakBucket(), bakKey()}
}

func suppressions() []Rule { return []Rule{suppressionMalformed(), suppressionUnused()} }
