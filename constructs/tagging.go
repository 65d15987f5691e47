package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Tagging sets the tags on a resource that takes tags, keeping those that the
// resource has of its own. Call Visit on each node of a stack; as an Aspect it
// would be called across the process border, once a node.
type Tagging struct{ Tags map[string]string }

type taggable interface {
	TagsInput() *map[string]*string
	SetTags(*map[string]*string)
}

// Visit sets the tags on one node.
func (t *Tagging) Visit(node constructs.IConstruct) {
	resource, ok := node.(taggable)
	if !ok {
		return
	}
	tags := map[string]*string{}
	for k, v := range t.Tags {
		tags[k] = jsii.String(v)
	}
	if own := resource.TagsInput(); own != nil {
		for k, v := range *own {
			tags[k] = v
		}
	}
	resource.SetTags(&tags)
}
