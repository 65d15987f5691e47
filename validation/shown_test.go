package validation

import "testing"

func TestEveryRuleIsShownToPassToFailAndNotToKnow(t *testing.T) {
	shown := map[string]map[Verdict]bool{}
	for _, c := range allCases() {
		if shown[c.rule] == nil {
			shown[c.rule] = map[Verdict]bool{}
		}
		shown[c.rule][c.want] = true
	}
	for _, rule := range Rules() {
		if rule.Check == nil {
			continue // the engine's tests show these
		}
		excepted := withoutVerdict()[rule.ID]
		for _, verdict := range []Verdict{Compliant, NonCompliant, Unknown} {
			switch {
			case !shown[rule.ID][verdict] && excepted[verdict] == "":
				t.Errorf("%s: no case is %s", rule.ID, verdict)
			case shown[rule.ID][verdict] && excepted[verdict] != "":
				t.Errorf("%s is said never to be %s, and a case is", rule.ID, verdict)
			}
		}
	}
	for id := range withoutVerdict() {
		ruleByID(t, id)
	}
}

// withoutVerdict are the rules that never give some verdict, with the reason.
func withoutVerdict() map[string]map[Verdict]string {
	return map[string]map[Verdict]string{
		"FO-KMS-018": {
			Compliant: "it refuses every resource of the types that it lists, which no other rule knows",
			Unknown:   "it looks at the type alone, which is never an expression",
		},
	}
}
