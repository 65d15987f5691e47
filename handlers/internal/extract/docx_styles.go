package extract

import "strings"

// style is what a paragraph's style says of its kind.
type style struct {
	heading int // level from 1; 0 for none
	list    bool
	depth   int // of the list
	code    bool
}

// value is an element that has only a value.
type value struct {
	Val string `xml:"val,attr"`
}

// numbering makes a paragraph an item of a list.
type numbering struct {
	Level value `xml:"ilvl"`
	ID    value `xml:"numId"`
}

func (n *numbering) is() bool { return n != nil && n.ID.Val != "" && n.ID.Val != "0" }

// styles reads the paragraph styles by their ids.
func (d *docx) styles() (map[string]style, error) {
	type definition struct {
		ID         string     `xml:"styleId,attr"`
		Name       value      `xml:"name"`
		BasedOn    value      `xml:"basedOn"`
		Outline    *value     `xml:"pPr>outlineLvl"`
		Numbered   *numbering `xml:"pPr>numPr"`
		inherited  style
		isResolved bool
	}
	var part struct {
		Style []definition `xml:"style"`
	}
	if err := d.decode(strings.TrimSuffix(d.main, "document.xml")+"styles.xml", &part); err != nil {
		return nil, err
	}
	byID := make(map[string]*definition, len(part.Style))
	for i := range part.Style {
		byID[part.Style[i].ID] = &part.Style[i]
	}
	var resolve func(s *definition, depth int) style
	resolve = func(s *definition, depth int) style {
		if s == nil || s.isResolved || depth == 20 { // a style that is based on itself ends here
			if s != nil {
				return s.inherited
			}
			return style{}
		}
		s.isResolved = true
		own := resolve(byID[s.BasedOn.Val], depth+1)
		name := strings.ToLower(s.Name.Val)
		if level, ok := strings.CutPrefix(name, "heading "); ok {
			own.heading = digit(level)
		} else if name == "title" {
			own.heading = 1
		} else if strings.Contains(name, "code") || name == "html preformatted" || name == "plain text" {
			own.code = true
		}
		if s.Outline != nil {
			own.heading = outline(s.Outline.Val)
		}
		if s.Numbered.is() {
			own.list, own.depth = true, digit(s.Numbered.Level.Val)
		}
		s.inherited = own
		return own
	}
	styles := make(map[string]style, len(byID))
	for id, s := range byID {
		styles[id] = resolve(s, 0)
	}
	return styles, nil
}

// outline is the level of a heading by its outline level, which counts from 0; 9
// is the level of what is no heading.
func outline(val string) int {
	if val == "" || val == "9" {
		return 0
	}
	return digit(val) + 1
}

// digit is val where it is one digit; otherwise 0.
func digit(val string) int {
	if len(val) != 1 || val[0] < '0' || val[0] > '9' {
		return 0
	}
	return int(val[0] - '0')
}
