package stacks

import (
	"slices"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// Plan 6.2.
func TestAIGuardrail(t *testing.T) {
	cfg := loadEnv(t, "dev")
	cfg.AI.Guardrail.FilterStrength = "MEDIUM"
	cfg.AI.Guardrail.CompetitorNames = []string{"Rival", "Other Corp", "Cash${Co}"}
	cfg.AI.Guardrail.BlockedPII = []string{"PASSWORD"}
	cfg.AI.Guardrail.AnonymizedPII = []string{"EMAIL", "PHONE"}
	d, _ := aiOf(t, cfg)
	g := d.One(t, "aws_bedrock_guardrail", "guardrail")
	if g.Get("name") != "flowops-dev-guardrail" || g.Get("kms_key_arn") != *Sample[FoundationOutputs](cfg).KMSKeyARN {
		t.Errorf("guardrail %v with key %v", g.Get("name"), g.Get("kms_key_arn"))
	}
	aiWant(t, "content filters", g.Get("content_policy_config", 0, "filters_config"), `[
		{"type":"SEXUAL","input_strength":"MEDIUM","output_strength":"MEDIUM"},
		{"type":"VIOLENCE","input_strength":"MEDIUM","output_strength":"MEDIUM"},
		{"type":"HATE","input_strength":"MEDIUM","output_strength":"MEDIUM"},
		{"type":"INSULTS","input_strength":"MEDIUM","output_strength":"MEDIUM"},
		{"type":"MISCONDUCT","input_strength":"MEDIUM","output_strength":"MEDIUM"},
		{"type":"PROMPT_ATTACK","input_strength":"MEDIUM","output_strength":"NONE"}
	]`)
	aiWant(t, "words", g.Get("word_policy_config", 0), `{
		"managed_word_lists_config":[{"type":"PROFANITY"}],"words_config":[{"text":"Rival"},{"text":"Other Corp"},{"text":"Cash$${Co}"}]
	}`)
	aiWant(t, "personal data", g.Get("sensitive_information_policy_config", 0, "pii_entities_config"), `[
		{"type":"PASSWORD","action":"BLOCK"},{"type":"EMAIL","action":"ANONYMIZE"},{"type":"PHONE","action":"ANONYMIZE"}
	]`)
	aiWant(t, "grounding", g.Get("contextual_grounding_policy_config", 0, "filters_config"), `[
		{"type":"GROUNDING","threshold":0.7},{"type":"RELEVANCE","threshold":0.6}
	]`)
	var topics []string
	for _, topic := range g.Get("topic_policy_config", 0, "topics_config").([]any) {
		topics = append(topics, synth.Get(topic, "name").(string))
		definition, examples := synth.Get(topic, "definition").(string), texts(synth.Get(topic, "examples"))
		if synth.Get(topic, "type") != "DENY" || len(definition) == 0 || len(definition) > 200 || len(examples) == 0 || len(examples) > 5 {
			t.Errorf("topic %v", topic)
		}
		for _, e := range examples {
			if len(e) == 0 || len(e) > 100 {
				t.Errorf("example %q has %d characters", e, len(e))
			}
		}
	}
	if !slices.Equal(topics, []string{"Personal advice", "Medical advice", "Legal advice"}) {
		t.Errorf("denied topics %v", topics)
	}
	for _, message := range []string{"blocked_input_messaging", "blocked_outputs_messaging"} {
		if text, _ := g.Get(message).(string); text == "" || len(text) > 500 {
			t.Errorf("%s is %q", message, text)
		}
	}
}

// Without names the word policy has no empty list, which Bedrock refuses.
func TestAIGuardrailWithoutCompetitors(t *testing.T) {
	if words := guardrailContent(loadEnv(t, "dev")).WordPolicyConfig; len(loadEnv(t, "dev").AI.Guardrail.CompetitorNames) != 0 || words == nil {
		t.Fatalf("dev is not what this test is about: %v", words)
	}
	if p := wordPolicy(nil); p.WordsConfig != nil {
		t.Errorf("words %v", p.WordsConfig)
	}
}

// A guardrail version is a frozen copy: whatever changes the guardrail must
// change what forces another version.
func TestAIGuardrailVersion(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, _ := aiOf(t, cfg)
	v := d.One(t, "aws_bedrock_guardrail_version", "guardrail-version")
	if v.Get("description") != "Content "+guardrailHash(guardrailContent(cfg)) || v.Get("skip_destroy") != true {
		t.Errorf("version %v, %v", v.Get("description"), v.Get("skip_destroy"))
	}
	if v.Get("guardrail_arn") != "${aws_bedrock_guardrail.guardrail.guardrail_arn}" {
		t.Errorf("version of %v", v.Get("guardrail_arn"))
	}
	seen := map[string]string{guardrailHash(guardrailContent(cfg)): "nothing"}
	for what, change := range map[string]func(*envs.Guardrail){
		"strength":    func(g *envs.Guardrail) { g.FilterStrength = "LOW" },
		"names":       func(g *envs.Guardrail) { g.CompetitorNames = []string{"Rival"} },
		"grounding":   func(g *envs.Guardrail) { g.GroundingThreshold = 0.71 },
		"relevance":   func(g *envs.Guardrail) { g.RelevanceThreshold = 0.61 },
		"blocked":     func(g *envs.Guardrail) { g.BlockedPII = []string{"PIN"} },
		"anonymized":  func(g *envs.Guardrail) { g.AnonymizedPII = nil },
		"masked less": func(g *envs.Guardrail) { g.AnonymizedPII = g.AnonymizedPII[1:] },
	} {
		changed := cfg
		change(&changed.AI.Guardrail)
		hash := guardrailHash(guardrailContent(changed))
		if other, taken := seen[hash]; taken {
			t.Errorf("%s and %s have the same hash", what, other)
		}
		seen[hash] = what
	}
	again := loadEnv(t, cfg.Environment)
	if guardrailHash(guardrailContent(cfg)) != guardrailHash(guardrailContent(again)) {
		t.Error("the hash changes by itself: every deploy would make a version")
	}
}

func TestAIInvocationLogging(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	group := d.One(t, "aws_cloudwatch_log_group", "model-invocations")
	if group.Get("name") != "/aws/bedrock/flowops-prod-model-invocations" || group.Get("retention_in_days") != 90.0 ||
		group.Get("kms_key_id") != *Sample[FoundationOutputs](cfg).KMSKeyARN {
		t.Errorf("log group %v", group.Attributes)
	}
	logging := d.One(t, "aws_bedrock_model_invocation_logging_configuration", "model-invocation-logging")
	config := logging.Get("logging_config")
	role := d.One(t, "aws_iam_role", "model-invocations-role/role")
	if synth.Get(config, "cloudwatch_config", "log_group_name") != "${aws_cloudwatch_log_group."+group.Name+".name}" ||
		synth.Get(config, "cloudwatch_config", "role_arn") != "${aws_iam_role."+role.Name+".arn}" {
		t.Errorf("delivery %v", config)
	}
	for modality, want := range map[string]bool{"text": true, "embedding": true, "image": false, "video": false} {
		if got := synth.Get(config, modality+"_data_delivery_enabled"); got != want {
			t.Errorf("%s is %v", modality, got)
		}
	}
	if len(texts(logging.Get("depends_on"))) != 1 {
		t.Error("Bedrock may be told of the role before it can write")
	}
	aiWant(t, "trust", role.JSON(t, "assume_role_policy"), `{"Version":"2012-10-17","Statement":[{
		"Effect":"Allow","Action":["sts:AssumeRole"],"Principal":{"Service":["bedrock.amazonaws.com"]},
		"Condition":{"StringEquals":{"aws:SourceAccount":["333333333333"]},"ArnLike":{"aws:SourceArn":["arn:aws:bedrock:eu-central-1:333333333333:*"]}}
	}]}`)
	aiWant(t, "permissions", d.One(t, "aws_iam_role_policy", "model-invocations-role/policy").JSON(t, "policy"), `{"Version":"2012-10-17","Statement":[{
		"Sid":"Log","Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],
		"Resource":["arn:aws:logs:eu-central-1:333333333333:log-group:/aws/bedrock/flowops-prod-model-invocations:log-stream:aws/bedrock/modelinvocations"]
	}]}`)
	mask := d.One(t, "aws_cloudwatch_log_data_protection_policy", "model-invocations-mask").JSON(t, "policy_document")
	operations := map[string]bool{}
	for _, s := range mask["Statement"].([]any) {
		kinds := texts(synth.Get(s, "DataIdentifier"))
		for _, kind := range []string{"EmailAddress", "CreditCardNumber", "PhoneNumber-DE"} {
			if !slices.Contains(kinds, "arn:aws:dataprotection::aws:data-identifier/"+kind) {
				t.Errorf("%v leaves out %s", synth.Get(s, "Sid"), kind)
			}
		}
		for operation := range synth.Get(s, "Operation").(map[string]any) {
			operations[operation] = true
		}
	}
	if !operations["Deidentify"] || !operations["Audit"] {
		t.Errorf("operations %v: CloudWatch Logs wants both", operations)
	}
}

func TestAIWithoutInvocationLogging(t *testing.T) {
	cfg := loadEnv(t, "dev")
	cfg.AI.InvocationLogging = false
	d, out := aiOf(t, cfg)
	for _, kind := range []string{"aws_bedrock_model_invocation_logging_configuration", "aws_cloudwatch_log_data_protection_policy"} {
		if n := len(d.Resources(kind)); n != 0 {
			t.Errorf("%d of %s", n, kind)
		}
	}
	if out.InvocationLogGroup != nil || synth.Get(map[string]any(d), "output", "invocation_log_group") != nil {
		t.Error("a log group that is not there is exported")
	}
}
