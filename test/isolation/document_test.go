package isolation

import (
	"encoding/json"
	"fmt"
	"slices"

	blocks "github.com/flowops/flowops/constructs"
)

// document is a policy document.
type document struct {
	Version   string
	Statement []blocks.Statement
}

func parseDocument(text string) (document, error) {
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return document{}, fmt.Errorf("no policy document: %w: %s", err, text)
	}
	if d.Version == "" || len(d.Statement) == 0 {
		return document{}, fmt.Errorf("a policy document without version or statements: %s", text)
	}
	return d, nil
}

func newDocument(statements ...blocks.Statement) document {
	return document{Version: "2012-10-17", Statement: statements}
}

// text is the document as JSON, the same for the same document.
func (d document) text() string { return blocks.JSON(d) }

// clone is a copy that shares nothing.
func (d document) clone() document {
	c, err := parseDocument(d.text())
	if err != nil {
		panic(err)
	}
	return c
}

// statement is the one with that sid.
func (d document) statement(sid string) (*blocks.Statement, bool) {
	i := slices.IndexFunc(d.Statement, func(s blocks.Statement) bool { return s.Sid == sid })
	if i < 0 {
		return nil, false
	}
	return &d.Statement[i], true
}
