package validation

// eachNeighbour judges the resources of a type that configure r, which has to
// have at least one: much of what a bucket, queue or stage is stands in
// resources of its own.
func eachNeighbour(ctx *Context, r Resource, typ, attribute string, judge func(Resource) []Result) []Result {
	found, complete := ctx.Stack.Neighbours(r, typ, attribute)
	if len(found) == 0 {
		if complete {
			return nonCompliant("no %s belongs to it", typ)
		}
		return unknown("it can't be told which %s belongs to it", typ)
	}
	result := notApplicable()
	for _, neighbour := range found {
		result = worst(result, judge(neighbour))
	}
	return result
}
