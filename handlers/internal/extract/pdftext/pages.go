package pdftext

import (
	"errors"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// page is a page and the resources in effect on it.
type page struct {
	dict      types.Dict
	resources types.Dict
}

// pageTree returns the pages in their order. A node that the tree holds twice
// counts once, which also ends a tree that holds itself.
func pageTree(file *model.Context, limit int) ([]page, error) {
	catalog, err := file.Catalog()
	if err != nil {
		return nil, err
	}
	root, ok := catalog.Find("Pages")
	if !ok {
		return nil, errors.New("the PDF has no pages")
	}
	type node struct {
		object    types.Object
		resources types.Dict
	}
	var pages []page
	seen := map[types.IndirectRef]bool{}
	for open := []node{{object: root}}; len(open) > 0; {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if ref, ok := n.object.(types.IndirectRef); ok {
			if seen[ref] {
				continue
			}
			seen[ref] = true
		}
		d := dict(file, n.object)
		if d == nil {
			continue
		}
		if own := dict(file, d["Resources"]); own != nil {
			n.resources = own
		}
		if kids := array(file, d["Kids"]); kids != nil {
			for i := len(kids) - 1; i >= 0; i-- {
				open = append(open, node{kids[i], n.resources})
			}
			continue
		}
		if len(pages) == limit {
			return nil, ErrLimit
		}
		pages = append(pages, page{d, n.resources})
	}
	return pages, nil
}

// The helpers return the zero value where an object is not what it should be: a
// reader takes what it can get.

func resolve(file *model.Context, o types.Object) types.Object {
	o, err := file.Dereference(o)
	if err != nil {
		return nil
	}
	return o
}

func dict(file *model.Context, o types.Object) types.Dict {
	switch o := resolve(file, o).(type) {
	case types.Dict:
		return o
	case types.StreamDict:
		return o.Dict
	}
	return nil
}

func array(file *model.Context, o types.Object) types.Array {
	a, _ := resolve(file, o).(types.Array)
	return a
}

func name(file *model.Context, o types.Object) string {
	n, _ := resolve(file, o).(types.Name)
	return n.Value()
}

func number(file *model.Context, o types.Object) (float64, bool) {
	switch n := resolve(file, o).(type) {
	case types.Integer:
		return float64(n), true
	case types.Float:
		return float64(n), true
	}
	return 0, false
}

// numbers are the numbers of an array; it is nil where there is none, or something
// else in it.
func numbers(file *model.Context, o types.Object) []float64 {
	a := array(file, o)
	if a == nil {
		return nil
	}
	out := make([]float64, 0, len(a))
	for _, o := range a {
		n, ok := number(file, o)
		if !ok {
			return nil
		}
		out = append(out, n)
	}
	return out
}
