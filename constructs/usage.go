package constructs

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// UsageError says that a construct was used wrongly.
type UsageError struct {
	Path    string // of the construct, as in "data/documents"
	Message string
}

func (e *UsageError) Error() string { return e.Path + ": " + e.Message }

// require panics with a *UsageError unless ok.
func require(ok bool, scope constructs.Construct, id, message string, args ...any) {
	if !ok {
		panic(&UsageError{Path: *scope.Node().Path() + "/" + id, Message: fmt.Sprintf(message, args...)})
	}
}

// given reports whether the text is there: a token counts, an empty string does
// not.
func given(s *string) bool { return s != nil && *s != "" }

// group makes the construct that a building block's resources stand under.
func group(scope constructs.Construct, id string) constructs.Construct {
	return constructs.NewConstruct(scope, jsii.String(id))
}
