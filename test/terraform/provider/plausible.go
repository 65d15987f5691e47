package main

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// place is where the provider was configured to be; values are made to look as
// if they came from there.
type place struct{ account, region string }

// placeOf reads the provider's configuration, as far as it says.
func placeOf(config tftypes.Value) place {
	p := place{account: "123456789012", region: "us-east-1"}
	var fields map[string]tftypes.Value
	if config.As(&fields) != nil {
		return p
	}
	if v, ok := fields["region"]; ok && v.IsFullyKnown() && !v.IsNull() {
		_ = v.As(&p.region)
	}
	var accounts []tftypes.Value
	if v, ok := fields["allowed_account_ids"]; ok && v.IsFullyKnown() && v.As(&accounts) == nil && len(accounts) > 0 {
		_ = accounts[0].As(&p.account)
	}
	return p
}

// settle gives every unknown value of a resource one of the right form, the
// same for the same configuration.
func (p place) settle(typeName string) step {
	return func(_ *tfprotov5.SchemaBlock, v tftypes.Value) (tftypes.Value, error) {
		seed := typeName + v.String()
		return tftypes.Transform(v, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
			if v.IsKnown() {
				return v, nil
			}
			name, _ := path.LastStep().(tftypes.AttributeName)
			return tftypes.NewValue(v.Type(), p.plausible(typeName, string(name), seed+path.String(), v.Type())), nil
		})
	}
}

// plausible is a value for an attribute: collections hold one element.
func (p place) plausible(typeName, name, seed string, t tftypes.Type) any {
	element := func(t tftypes.Type) tftypes.Value {
		return tftypes.NewValue(t, p.plausible(typeName, name, seed, t))
	}
	switch t := t.(type) {
	case tftypes.List:
		return []tftypes.Value{element(t.ElementType)}
	case tftypes.Set:
		return []tftypes.Value{element(t.ElementType)}
	case tftypes.Map:
		return map[string]tftypes.Value{}
	case tftypes.Object:
		fields := map[string]tftypes.Value{}
		for field, t := range t.AttributeTypes {
			fields[field] = tftypes.NewValue(t, p.plausible(typeName, field, seed+field, t))
		}
		return fields
	}
	switch {
	case t.Is(tftypes.Number):
		return big.NewFloat(1)
	case t.Is(tftypes.Bool):
		return false
	case t.Is(tftypes.String):
		return p.text(typeName, name, seed)
	}
	return nil // of any type
}

// text is a string as an attribute of that name holds it.
func (p place) text(typeName, name, seed string) string {
	sum := sha256.Sum256([]byte(seed))
	hash := hex.EncodeToString(sum[:])[:17]
	_, rest, _ := strings.Cut(typeName, "_") // aws_kms_key: kms, key
	service, kind, found := strings.Cut(rest, "_")
	if !found {
		kind = service
	}
	kind = strings.ReplaceAll(kind, "_", "-")
	host := hash + "." + service + "." + p.region + ".amazonaws.com"
	last := name[strings.LastIndexByte(name, '_')+1:]
	switch {
	case last == "arn" || last == "arns":
		return "arn:aws:" + service + ":" + p.region + ":" + p.account + ":" + kind + "/" + hash
	case name == "account_id" || name == "owner_id":
		return p.account
	case name == "region":
		return p.region
	case strings.HasPrefix(name, "availability_zone"):
		return p.region + "a"
	case last == "url" || last == "uri":
		return "https://" + host
	case last == "endpoint" || strings.HasSuffix(name, "dns_name") || strings.HasSuffix(name, "domain_name") || last == "fqdn":
		return host
	case strings.HasPrefix(name, "ipv6_cidr_block"):
		return "fd00::/56"
	case strings.HasSuffix(name, "cidr_block") || strings.HasSuffix(name, "cidr_blocks"):
		return "10.0.0.0/16"
	case last == "date" || last == "time" || last == "at":
		return "2025-01-01T00:00:00Z"
	case last == "json" || last == "policy":
		return "{}"
	case last == "version":
		return "1"
	case name == "id" || last == "id" || last == "ids":
		return kind + "-" + hash
	}
	return strings.ReplaceAll(name, "_", "-") + "-" + hash
}
