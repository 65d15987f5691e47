package extract

import (
	"context"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// tooNested reports whether a line opens more quotes and lists inside each other
// than limit. The parser calls itself for each: without a limit a line of a
// million would end the process.
func tooNested(source string, limit int) bool {
	for line := range strings.SplitSeq(source, "\n") {
		if len(line) <= limit {
			continue
		}
		opened := 0
		prefix := line[:len(line)-len(strings.TrimLeft(line, "> \t*+-.)0123456789"))]
		for i := range len(prefix) {
			last := i+1 == len(prefix) || prefix[i+1] == ' ' || prefix[i+1] == '\t'
			if c := prefix[i]; c == '>' || last && strings.IndexByte("*+-.)", c) >= 0 {
				opened++
			}
		}
		if opened > limit && strings.Trim(line, "- \t") != "" && strings.Trim(line, "* \t") != "" {
			return true
		}
	}
	return false
}

// tooWide reports whether lines that stand together could be a table of more
// cells than limit, most of which nobody wrote: the parser fills each row up to
// the width of the widest.
func tooWide(source string, limit int) bool {
	cells, lines, widest, written := 0, 0, 0, 0
	for line := range strings.SplitSeq(source, "\n") {
		if strings.Trim(line, " \t>") == "" {
			lines, widest, written = 0, 0, 0
			continue
		}
		n := strings.Count(line, "|") + 1
		lines, widest, written = lines+1, max(widest, n), written+n
		if cells = lines * widest; cells > limit && cells > 4*written {
			return true
		}
	}
	return false
}

// tooManyReferences reports whether more lines than limit follow each other that
// say where a link points, which the parser takes time for by the square of their
// number, and can't be stopped at.
func tooManyReferences(source string, limit int) bool {
	count := 0
	for line := range strings.SplitSeq(source, "\n") {
		if !strings.Contains(line, "]:") {
			count = 0
		} else if count++; count > limit {
			return true
		}
	}
	return false
}

// stopper makes the parser give up once its context has ended: some documents
// take it time by the square of their length. It is asked wherever something may
// begin, and never begins anything.
type stopper struct{ ctx context.Context } //nolint:containedctx // of one parser's run

func stoppable(ctx context.Context) goldmark.Option {
	const first = 0 // before all other parsers
	return goldmark.WithParserOptions(
		parser.WithBlockParsers(util.Prioritized(blockStopper{stopper{ctx}}, first)),
		parser.WithInlineParsers(util.Prioritized(inlineStopper{stopper{ctx}}, first)),
	)
}

// look panics, which guarded takes for the end of the parser: there is no other
// way out of it.
func (s stopper) look() {
	if err := s.ctx.Err(); err != nil {
		panic(err)
	}
}

type inlineStopper struct{ stopper }

func (inlineStopper) Trigger() []byte { return []byte("[]!*_~`<&\\ \n") }

func (s inlineStopper) Parse(ast.Node, text.Reader, parser.Context) ast.Node {
	s.look()
	return nil
}

type blockStopper struct{ stopper }

func (blockStopper) Trigger() []byte { return nil } // anything

func (s blockStopper) Open(ast.Node, text.Reader, parser.Context) (ast.Node, parser.State) {
	s.look()
	return nil, parser.NoChildren
}

func (blockStopper) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }
func (blockStopper) Close(ast.Node, text.Reader, parser.Context)                 {}
func (blockStopper) CanInterruptParagraph() bool                                 { return true }
func (blockStopper) CanAcceptIndentedLine() bool                                 { return true }
