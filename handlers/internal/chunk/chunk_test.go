package chunk

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/handlers/internal/extract"
)

func paragraph(text string, section ...string) extract.Block {
	return extract.Block{Kind: extract.Paragraph, Text: text, Section: section}
}

func heading(text string) extract.Block {
	return extract.Block{Kind: extract.Heading, Text: text, Level: 1}
}

func TestWhereChunksEnd(t *testing.T) {
	// 16 tokens are 48 bytes, an overlap of 8 is 24.
	const size, overlap = 16, 8
	tests := map[string]struct {
		blocks []extract.Block
		want   []string // "|" stands between the overlap and what is new
	}{
		"nothing":                   {nil, nil},
		"one sentence":              {[]extract.Block{paragraph("It works.")}, []string{"|It works."}},
		"small paragraphs together": {[]extract.Block{paragraph("One."), paragraph("Two.")}, []string{"|One.\n\nTwo."}},
		"between sentences, with overlap": {
			[]extract.Block{paragraph("The first sentence here. The second one. And a third sentence.")},
			[]string{"|The first sentence here. The second one. ", "The second one. |And a third sentence."},
		},
		"a decimal ends no sentence": {
			[]extract.Block{paragraph("It is version 3.5 of the machine here. Then more follows.")},
			[]string{"|It is version 3.5 of the machine here. ", "of the machine here. |Then more follows."},
		},
		"a line's end ends no sentence": {
			[]extract.Block{paragraph("A sentence over\ntwo lines. Another one that\nis over two lines.")},
			[]string{"|A sentence over\ntwo lines. ", "two lines. |Another one that\nis over two lines."},
		},
		"a heading begins a chunk, without overlap": {
			[]extract.Block{paragraph("Intro."), heading("Head"), paragraph("Body.", "Head")},
			[]string{"|Intro.\n\n", "|Head\n\nBody."},
		},
		"headings stay together": {
			[]extract.Block{heading("One"), heading("Two"), paragraph("Body.")}, []string{"|One\n\nTwo\n\nBody."},
		},
		"a table that fits is kept whole": {
			[]extract.Block{paragraph("Some words before."), {Kind: extract.Table, Text: "aaaa | bbbb | cccc\ndddd | eeee | ffff"}},
			[]string{"|Some words before.\n\n", "before.\n\n|aaaa | bbbb | cccc\ndddd | eeee | ffff"},
		},
		"a long list is cut between items": {
			[]extract.Block{{Kind: extract.List, Text: "- the first item\n- the second. Item.\n- the third item\n- the fourth"}},
			[]string{"|- the first item\n- the second. Item.\n", "- the second. Item.\n|- the third item\n", "- the third item\n|- the fourth"},
		},
		"a paragraph moves on where the chunk is half full": {
			[]extract.Block{paragraph("This fills more than a half."), paragraph("Short. Sentences. Here.")},
			[]string{"|This fills more than a half.\n\n", "more than a half.\n\n|Short. Sentences. Here."},
		},
		"Chinese, between sentences": { // 3 bytes a letter
			[]extract.Block{paragraph("停止按钮在左侧面板。请先关闭电源。然后等待。")},
			[]string{"|停止按钮在左侧面板。", "按钮在左侧面板。|请先关闭电源。", "请先关闭电源。|然后等待。"},
		},
		"words without an end": {
			[]extract.Block{paragraph(strings.Repeat("x", 60))},
			[]string{"|" + strings.Repeat("x", 48), strings.Repeat("x", 24) + "|" + strings.Repeat("x", 12)},
		},
		"families stay together": {
			[]extract.Block{paragraph(strings.Repeat("👨‍👩‍👧", 4))}, // 18 bytes each
			[]string{"|👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧|👨‍👩‍👧", "👨‍👩‍👧|👨‍👩‍👧"},
		},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			chunks, err := Split(c.blocks, Options{Tokens: size, Overlap: overlap})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range chunks {
				got = append(got, c.Text[:c.Overlap]+"|"+c.Text[c.Overlap:])
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("chunks (-want +got):\n%s", d)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	if err := DefaultOptions().validate(); err != nil {
		t.Error(err)
	}
	if MaxTokens*BytesPerToken > 8192 {
		t.Errorf("a chunk of %d tokens may have more than the model's", MaxTokens)
	}
	for name, o := range map[string]Options{
		"too small": {Tokens: MinTokens - 1}, "too large": {Tokens: MaxTokens + 1}, "overlap below none": {Tokens: 100, Overlap: -1},
		"overlap of more than half": {Tokens: 100, Overlap: 51},
	} {
		if _, err := Split([]extract.Block{paragraph("x")}, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	prose := "The machine stops when the red lamp is lit. Press the button (3.5 cm below the lamp), wait for Dr. Low's signal, and read on! Does it start? "
	for name, text := range map[string]string{
		"English": prose, "Chinese": scripts[1], "Arabic": scripts[5], "one word": "0123456789abcdef", "emoji": scripts[8],
	} {
		b.Run(name, func(b *testing.B) {
			var blocks []extract.Block
			for i := range 500 {
				if i%10 == 0 {
					blocks = append(blocks, heading("A heading"))
				}
				blocks = append(blocks, paragraph(strings.Repeat(text, 2000/len(text)+1)))
			}
			b.SetBytes(int64(len(Text(blocks))))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Split(blocks, DefaultOptions()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
