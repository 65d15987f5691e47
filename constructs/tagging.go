package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Tagging is an Aspect that sets the tags on every resource below the
// construct that it is attached to and that takes tags, keeping those that a
// resource has of its own. An app's Aspects are not visited, a stack's are: once
// a node, so that a walk over its nodes that calls Visit is the faster way.
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
