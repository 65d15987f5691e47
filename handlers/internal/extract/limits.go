package extract

import "time"

// Limits bound what one document may cost. The function has 1,024 MB and 300 s
// for a step (stacks/compute.go).
type Limits struct {
	Bytes      int64         // of the document as uploaded
	Text       int           // bytes of text in all blocks
	Blocks     int           // count
	Time       time.Duration // for the whole document
	Memory     uint64        // bytes that the heap may grow by
	ZipEntries int           // files in a DOCX
	ZipTotal   int64         // bytes of them that are read, unpacked
	ZipRatio   int64         // unpacked bytes for a packed one, of files above 1 MiB
	XMLDepth   int           // elements inside each other in a DOCX
	Nesting    int           // quotes and lists inside each other in a line of Markdown
	Cells      int           // that a table of Markdown may be filled up to
	References int           // lines of Markdown that follow each other and say where links point
	Pages      int           // of a PDF
	Stream     int64         // bytes of one stream of a PDF, unpacked
	Streams    int64         // bytes of the streams of a PDF that are read for its text, unpacked
	Operators  int           // of all page contents of a PDF
}

// DefaultLimits fit the function. A document's size is the largest that the API
// takes (contract/models/DocumentCreate.json).
func DefaultLimits() Limits {
	const mebibyte = 1 << 20
	return Limits{
		Bytes: 50 * mebibyte, Text: 20 * mebibyte, Blocks: 500_000, Time: 2 * time.Minute, Memory: 600 * mebibyte,
		ZipEntries: 10_000, ZipTotal: 200 * mebibyte, ZipRatio: 200, XMLDepth: 256,
		Nesting: 100, Cells: 100_000, References: 10_000,
		Pages: 5_000, Stream: 64 * mebibyte, Streams: 256 * mebibyte, Operators: 50_000_000,
	}
}
