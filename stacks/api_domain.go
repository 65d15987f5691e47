package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// addDomains serves both APIs under their custom domains; their default
// endpoints are off then.
func addDomains(stack cdktf.TerraformStack, d envs.Domain, rest blocks.RestAPI, socket blocks.WebSocketAPI) {
	props := func(name string) blocks.DomainProps {
		return blocks.DomainProps{Name: name, CertificateARN: d.CertificateARN, HostedZoneID: d.HostedZoneID}
	}
	blocks.NewRestDomain(stack, "rest-domain", rest, props(d.REST))
	blocks.NewWebSocketDomain(stack, "websocket-domain", socket, props(d.WebSocket))
}
