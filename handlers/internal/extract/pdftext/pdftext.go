// Package pdftext takes the text out of a PDF: paragraph by paragraph in the order
// in which the pages draw them, with the size of their letters, which is all that
// most PDFs say about their structure.
//
// The file itself (cross references, object streams, filters, decryption, repair)
// is read by pdfcpu, which bounds what a file may cost. This package interprets
// the pages' contents (ISO 32000-1, 8 and 9). It doesn't know the predefined
// character maps of Chinese, Japanese and Korean fonts, which it needs only where
// a font says nothing of Unicode.
package pdftext

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

var (
	// ErrEncrypted is the error of a file that asks for a password, or is encrypted
	// in a way that can't be undone.
	ErrEncrypted = errors.New("the PDF is encrypted")
	// ErrLimit is the error of a file that costs more than Limits has.
	ErrLimit = errors.New("the PDF exceeds a limit")
	// ErrUnreadable is the error of a file of whose letters most are drawn by fonts
	// that don't say which characters they are.
	ErrUnreadable = errors.New("the fonts of the PDF don't map to characters")
)

// Limits bound what a file may cost. They are all required.
type Limits struct {
	Pages     int   // count
	Stream    int64 // bytes of one stream, unpacked
	Streams   int64 // bytes of all streams that are read for their text, unpacked
	Operators int   // of all contents
	Text      int   // bytes of all text
}

// Paragraph is what stands together on a page.
type Paragraph struct {
	Page  int // from 1
	Lines []string
	Size  float64 // of its letters, in points
	Bold  bool    // all of it
}

// Read returns the paragraphs of a file and the number of its pages. A file that
// anybody can open is decrypted. Read looks at ctx between pages and objects.
func Read(ctx context.Context, data []byte, limits Limits) (paragraphs []Paragraph, pages int, err error) {
	file, err := open(ctx, data, limits)
	if err != nil {
		return nil, 0, err
	}
	tree, err := pageTree(file, limits.Pages)
	if err != nil {
		return nil, 0, err
	}
	d := &document{ctx: ctx, file: file, limits: limits, fonts: map[types.IndirectRef]*font{}}
	size := 0
	for i, p := range tree {
		runs, err := d.page(p)
		if err != nil {
			return nil, 0, fmt.Errorf("page %d: %w", i+1, err)
		}
		for _, paragraph := range layOut(runs) {
			paragraph.Page = i + 1
			for _, line := range paragraph.Lines {
				size += len(line) + 1
			}
			paragraphs = append(paragraphs, paragraph)
		}
		if size > limits.Text {
			return nil, 0, ErrLimit
		}
	}
	if d.unmapped*2 > d.glyphs {
		return nil, len(tree), ErrUnreadable
	}
	return paragraphs, len(tree), nil
}

// open reads the file's objects.
func open(ctx context.Context, data []byte, limits Limits) (*model.Context, error) {
	bounds := model.DefaultResourceLimits()
	bounds.MaxStreamBytes, bounds.MaxDecodeBytes = int64(len(data)), limits.Stream
	bounds.MaxObjectCount = min(bounds.MaxObjectCount, max(len(data), 1000)) // an object takes some bytes
	bounds.MaxXRefEntries = bounds.MaxObjectCount
	// Not its default configuration, which is a file in the user's home.
	file, err := pdfcpu.ReadWithContext(ctx, &reader{ctx, bytes.NewReader(data)}, &model.Configuration{
		Reader15: true, ValidationMode: model.ValidationRelaxed, Offline: true, Limits: bounds, Eol: types.EolLF,
	})
	switch {
	case err == nil:
		return file, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, pdfcpu.ErrWrongPassword), errors.Is(err, pdfcpu.ErrUnsupportedEncryptionFeature):
		return nil, fmt.Errorf("%w: %w", ErrEncrypted, err)
	}
	return nil, classify(err)
}

// reader fails once its context has ended: repairing a file, pdfcpu asks for its
// data more often than for its context.
type reader struct {
	ctx context.Context //nolint:containedctx // of one call of Read
	*bytes.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// classify tells an exceeded limit from a broken file.
func classify(err error) error {
	if errors.Is(err, filter.ErrDecodeLimitExceeded) || errors.Is(err, model.ErrMaxRecursionDepthExceeded) {
		return fmt.Errorf("%w: %w", ErrLimit, err)
	}
	return err
}
