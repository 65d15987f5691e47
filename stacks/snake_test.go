package stacks

import "testing"

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"KMSKeyARN": "kms_key_arn", "WebSocketAPI": "web_socket_api", "UserPoolID": "user_pool_id", "PrivateSubnetIDs": "private_subnet_ids", "ARN": "arn",
	} {
		if got := snake(in); got != want {
			t.Errorf("snake(%q) = %q, want %q", in, got, want)
		}
	}
}
