package chunk

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flowops/flowops/handlers/internal/extract"
)

// scripts are texts of which the generated ones are made: with and without spaces,
// right to left, of several code points a character, and words without an end.
var scripts = []string{
	"The machine stops. Does it? Yes! See section 3.5 of Dr. Low's manual; it's short. ",
	"停止按钮在左侧。请先关闭电源！然后等待三秒，再次启动。", "機械が止まります。どうしますか？「はい」を押す。", "기계가 멈춥니다. 다시 시작하세요. ",
	"לחץ על הכפתור. המכונה נעצרת! ", "اضغط على الزر. هل توقفت الآلة؟ نعم. ", "เครื่องหยุดทำงานกดปุ่มเพื่อเริ่มใหม่", "मशीन रुक जाती है। फिर से चालू करें। ",
	"👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", strings.Repeat("0123456789abcdef", 20), "\n", "\t", "   ", "a\nb\n", "\u00A0", "é", "ﬁ",
}

func anyBlocks() *rapid.Generator[[]extract.Block] {
	text := rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 9).Draw(t, "own") == 0 {
			return "x" + rapid.String().Draw(t, "text")
		}
		return "x" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(scripts), 0, 30).Draw(t, "parts"), "")
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) extract.Block {
		b := extract.Block{
			Kind: rapid.SampledFrom([]extract.Kind{extract.Heading, extract.Paragraph, extract.Paragraph, extract.List, extract.Table, extract.Code}).Draw(t, "kind"),
			Text: text.Draw(t, "text"), Page: rapid.IntRange(0, 9).Draw(t, "page"),
		}
		if b.Kind == extract.Heading {
			b.Level = 1
		}
		return b
	}), 0, 12)
}

func anyOptions() *rapid.Generator[Options] {
	return rapid.Custom(func(t *rapid.T) Options {
		o := Options{Tokens: rapid.IntRange(MinTokens, 200).Draw(t, "tokens")}
		o.Overlap = rapid.IntRange(0, o.Tokens/2).Draw(t, "overlap")
		return o
	})
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks, o := anyBlocks().Draw(t, "blocks"), anyOptions().Draw(t, "options")
		chunks, err := Split(blocks, o)
		if err != nil {
			t.Fatal(err)
		}
		text := Text(blocks)
		var all strings.Builder
		end := 0 // of the chunk before, in text
		for i, c := range chunks {
			if c.Index != i {
				t.Fatalf("chunk %d has the index %d", i, c.Index)
			}
			if c.Tokens != EstimateTokens(c.Text) || c.Tokens > o.Tokens || len(c.Text) > o.Tokens*BytesPerToken {
				t.Fatalf("chunk %d has %d tokens (%d bytes) of %d", i, c.Tokens, len(c.Text), o.Tokens)
			}
			if c.Overlap < 0 || c.Overlap >= len(c.Text) || c.Overlap > o.Overlap*BytesPerToken {
				t.Fatalf("chunk %d of %d bytes overlaps by %d, of at most %d tokens", i, len(c.Text), c.Overlap, o.Overlap)
			}
			begin := end - c.Overlap
			if begin < 0 || !strings.HasPrefix(text[begin:], c.Text) {
				t.Fatalf("chunk %d is not what the text goes on with: %q", i, c.Text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(c.Text) {
				t.Fatalf("chunk %d cuts a character: %q", i, c.Text)
			}
			end = begin + len(c.Text)
			all.WriteString(c.Text[c.Overlap:])
		}
		if d := cmp.Diff(text, all.String()); d != "" {
			t.Fatalf("text (-want +got):\n%s", d)
		}
		again, _ := Split(blocks, o)
		if d := cmp.Diff(chunks, again); d != "" {
			t.Fatalf("the second time (-want +got):\n%s", d)
		}
	})
}

// Where a heading begins, a chunk does, unless only headings stand before it; the
// page of a chunk is that of its own first byte, the section that of its last.
func TestChunksRespectHeadings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := anyBlocks().Draw(t, "blocks")
		section := []string(nil)
		type place struct {
			begin, end int
			block      extract.Block
			section    []string
		}
		var places []place
		offset := 0
		for i := range blocks {
			blocks[i].Section = section
			if blocks[i].Kind == extract.Heading {
				blocks[i].Section, section = nil, []string{blocks[i].Text}
			}
			end := offset + len(blocks[i].Text) + len(separator)
			places = append(places, place{offset, end, blocks[i], section})
			offset = end
		}
		chunks, err := Split(blocks, anyOptions().Draw(t, "options"))
		if err != nil {
			t.Fatal(err)
		}
		end := 0
		for i, c := range chunks {
			fresh := end
			end += len(c.Text) - c.Overlap
			other := false // whether something else than a heading stands in the chunk
			for _, p := range places {
				if fresh >= p.begin && fresh < p.end && c.Page != p.block.Page {
					t.Fatalf("chunk %d is on page %d, not %d", i, p.block.Page, c.Page)
				}
				if p.end <= fresh-c.Overlap || p.begin >= end {
					continue
				}
				if p.block.Kind == extract.Heading && other {
					t.Fatalf("chunk %d goes on with a heading: %q", i, c.Text)
				}
				other = other || p.block.Kind != extract.Heading
				if end <= p.end {
					if d := cmp.Diff(p.section, c.Section); d != "" {
						t.Fatalf("section of chunk %d (-want +got):\n%s", i, d)
					}
				}
			}
		}
	})
}
