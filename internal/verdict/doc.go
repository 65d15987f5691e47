// Package verdict asks Terraform itself about synthesized stacks: whether it
// accepts them (Validate, and Bench for very many), what it would change (Plan),
// and, with state of their own in a directory of their own, whether they stand
// up and hand each other what they say (Lab). It knows CDKTF's output, not this
// platform.
package verdict
