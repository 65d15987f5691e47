package constructs

// ExecutionStatements is what every function's execution role may do: write its
// own logs, send traces, decrypt its environment, send its dead letters and,
// in a VPC, have network interfaces. None of it is tenant data.
func ExecutionStatements(props FunctionProps) []Statement {
	w, name, key := props.Where, props.Where.Prefix+"-"+props.Function.Name, []string{*props.KeyARN}
	statements := []Statement{
		Allow("Logs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{w.ARN("logs", "log-group:/aws/lambda/"+name+":*")}),
		Allow("Traces", []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, []string{"*"}),
		Allow("Environment", []string{"kms:Decrypt"}, key).
			If("StringEquals", "kms:EncryptionContext:aws:lambda:FunctionArn", w.ARN("lambda", "function:"+name)),
		Allow("DeadLetters", []string{"sqs:SendMessage"}, []string{w.ARN("sqs", name+"-dead-letters")}),
		UseKey("DeadLettersKey", *props.KeyARN, w.Region, "sqs"),
	}
	if props.Placement != nil {
		// EC2 scopes these to no resource; AWSLambdaVPCAccessExecutionRole grants the same.
		statements = append(statements, Allow("NetworkInterfaces", []string{
			"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
		}, []string{"*"}))
	}
	return statements
}

// TenantRoleName is the name of a function's tenant access role.
func TenantRoleName(function string) string { return function + "-tenant" }

// AssumeTenantRole lets a function's execution role take its own tenant access
// role, and no other.
func AssumeTenantRole(w Where, function string) Statement {
	return Allow("AssumeTenantRole", []string{"sts:AssumeRole", "sts:TagSession"},
		[]string{"arn:" + w.Partition + ":iam::" + w.Account + ":role/" + TenantRoleName(function)})
}
