package validation

import (
	"slices"
	"strings"
)

// unscopedAction is an action that needs Resource "*".
type unscopedAction struct {
	Action string
	// Key is a condition key that has to narrow the statement instead; empty
	// where AWS offers none.
	Key string
}

// unscopedActions are the actions in use that AWS lets no resource scope:
//
//   - no resource type in the Service Authorization Reference (X-Ray,
//     CloudWatch, EC2 Describe, STS, ECR, KMS);
//   - Lambda demands them on "*" of a function in a VPC (Lambda Developer
//     Guide, "Execution role permissions", as in AWSLambdaVPCAccessExecutionRole);
//   - vended logs demand them on "*" of a state machine that logs (Step
//     Functions Developer Guide, "Logging using CloudWatch Logs").
func unscopedActions() []unscopedAction {
	return []unscopedAction{
		{Action: "xray:PutTraceSegments"},
		{Action: "xray:PutTelemetryRecords"},
		{Action: "xray:GetSamplingRules"},
		{Action: "xray:GetSamplingTargets"},
		{Action: "xray:GetSamplingStatisticSummaries"},
		{Action: "cloudwatch:PutMetricData", Key: "cloudwatch:namespace"},
		{Action: "sts:GetCallerIdentity"},
		{Action: "ecr:GetAuthorizationToken"},
		{Action: "kms:GenerateRandom"},
		{Action: "ec2:DescribeNetworkInterfaces"},
		{Action: "ec2:DescribeSubnets"},
		{Action: "ec2:DescribeSecurityGroups"},
		{Action: "ec2:DescribeVpcs"},
		{Action: "ec2:CreateNetworkInterface"},
		{Action: "ec2:DeleteNetworkInterface"},
		{Action: "ec2:AssignPrivateIpAddresses"},
		{Action: "ec2:UnassignPrivateIpAddresses"},
		{Action: "logs:CreateLogDelivery"},
		{Action: "logs:GetLogDelivery"},
		{Action: "logs:UpdateLogDelivery"},
		{Action: "logs:DeleteLogDelivery"},
		{Action: "logs:ListLogDeliveries"},
		{Action: "logs:PutResourcePolicy"},
		{Action: "logs:DescribeResourcePolicies"},
		{Action: "logs:DescribeLogGroups"},
	}
}

// unscoped reports whether an action may stand with Resource "*" in the
// statement.
func unscoped(s statement, action string) bool {
	return slices.ContainsFunc(unscopedActions(), func(u unscopedAction) bool {
		if !strings.EqualFold(u.Action, action) {
			return false
		}
		_, narrowed := s.find(u.Key, narrows)
		return u.Key == "" || narrowed
	})
}
