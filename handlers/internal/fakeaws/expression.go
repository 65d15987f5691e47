package fakeaws

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is an item as the SDK has it.
type Item = map[string]types.AttributeValue

var tokens = regexp.MustCompile(`[#:][A-Za-z0-9_]+|[A-Za-z_]+|<=|>=|<>|[=<>(),]`)

// parser evaluates an expression while it reads it. Both sides of AND and OR are
// read whatever the other one is.
type parser struct {
	tokens []string
	names  map[string]string
	values Item
	item   Item
}

// evaluate is the value of a condition for an item, and panics on what this
// package does not know: a test must not pass by a mistake of the fake.
func evaluate(expression string, names map[string]string, values, item Item) bool {
	p := &parser{tokens: tokens.FindAllString(expression, -1), names: names, values: values, item: item}
	result := p.or()
	if len(p.tokens) > 0 {
		panic(fmt.Sprintf("condition %q: left over %v", expression, p.tokens))
	}
	return result
}

func (p *parser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) next() string {
	t := p.peek()
	if t == "" {
		panic("the expression ends too early")
	}
	p.tokens = p.tokens[1:]
	return t
}

func (p *parser) expect(token string) {
	if t := p.next(); t != token {
		panic(fmt.Sprintf("%q where %q should be", t, token))
	}
}

func (p *parser) or() bool {
	result := p.and()
	for p.peek() == "OR" {
		p.next()
		right := p.and()
		result = result || right
	}
	return result
}

func (p *parser) and() bool {
	result := p.one()
	for p.peek() == "AND" {
		p.next()
		right := p.one()
		result = result && right
	}
	return result
}

func (p *parser) one() bool {
	switch t := p.peek(); {
	case t == "(":
		p.next()
		result := p.or()
		p.expect(")")
		return result
	case t == "attribute_exists" || t == "attribute_not_exists":
		p.next()
		p.expect("(")
		_, ok := p.operand()
		p.expect(")")
		return ok == (t == "attribute_exists")
	case t == "begins_with":
		p.next()
		p.expect("(")
		a, ok := p.operand()
		p.expect(",")
		b, _ := p.operand()
		p.expect(")")
		return ok && strings.HasPrefix(str(a), str(b))
	}
	left, ok := p.operand()
	op := p.next()
	right, ok2 := p.operand()
	if op == "BETWEEN" {
		p.expect("AND")
		upper, ok3 := p.operand()
		return ok && ok2 && ok3 && compare(left, right) >= 0 && compare(left, upper) <= 0
	}
	if !ok || !ok2 {
		return false
	}
	c := compare(left, right)
	switch op {
	case "=":
		return c == 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	case "<>":
		return c != 0
	}
	panic("unknown operator " + op)
}

func (p *parser) operand() (types.AttributeValue, bool) {
	t := p.next()
	switch t[0] {
	case '#':
		name, ok := p.names[t]
		if !ok {
			panic("unknown name " + t)
		}
		v, ok := p.item[name]
		return v, ok
	case ':':
		v, ok := p.values[t]
		if !ok {
			panic("unknown value " + t)
		}
		return v, true
	}
	panic("unknown operand " + t)
}

func str(v types.AttributeValue) string {
	s, ok := v.(*types.AttributeValueMemberS)
	if !ok {
		panic(fmt.Sprintf("%T is no string", v))
	}
	return s.Value
}

// compare orders values of one type; values of two types are never equal.
func compare(a, b types.AttributeValue) int {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		if b, ok := b.(*types.AttributeValueMemberS); ok {
			return strings.Compare(a.Value, b.Value)
		}
	case *types.AttributeValueMemberN:
		if b, ok := b.(*types.AttributeValueMemberN); ok {
			x, _ := new(big.Float).SetString(a.Value)
			y, _ := new(big.Float).SetString(b.Value)
			return x.Cmp(y)
		}
	}
	return -2
}

// apply is item after an update. Updates are SETs of values and REMOVEs.
func apply(expression string, names map[string]string, values, item Item) Item {
	out := Item{}
	for n, v := range item {
		out[n] = v
	}
	p := &parser{tokens: tokens.FindAllString(expression, -1), names: names, values: values}
	clause := ""
	for len(p.tokens) > 0 {
		switch t := p.next(); {
		case t == "SET" || t == "REMOVE":
			clause = t
		case t == ",":
		case t[0] == '#' && clause == "SET":
			p.expect("=")
			v, _ := p.operand()
			out[names[t]] = v
		case t[0] == '#' && clause == "REMOVE":
			delete(out, names[t])
		default:
			panic("unknown update " + t)
		}
	}
	return out
}
