package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// overridable is a resource that takes overrides.
type overridable interface {
	constructs.IConstruct
	AddOverride(path *string, value any)
}

// Suppress accepts the finding of a rule on a resource, for a reason that says
// why the risk is acceptable. It stands in the synthesized JSON beside the
// resource, and a suppression that matches no finding is itself one.
func Suppress(resource overridable, rule, reason string) {
	resource.AddOverride(jsii.String("//.suppress."+rule), jsii.String(reason))
}
