package stacks

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockguardrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockguardrailversion"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// guardrail is the guardrail and the version of it that agents name.
type guardrail struct {
	arn, id, version *string
}

// addGuardrail makes the guardrail and a version of its content. A version is a
// frozen copy, so other content takes another version: the content's hash
// stands in the description, which can't be changed in place, and the version
// that agents may still name stays.
func (a *aiStack) addGuardrail() {
	config := guardrailContent(a.cfg)
	description := "Content " + guardrailHash(config)
	config.KmsKeyArn = a.foundation.KMSKeyARN
	g := bedrockguardrail.NewBedrockGuardrail(a.stack, jsii.String("guardrail"), config)
	v := bedrockguardrailversion.NewBedrockGuardrailVersion(a.stack, jsii.String("guardrail-version"), &bedrockguardrailversion.BedrockGuardrailVersionConfig{
		GuardrailArn: g.GuardrailArn(), Description: jsii.String(description), SkipDestroy: true,
	})
	a.guardrail = guardrail{arn: g.GuardrailArn(), id: g.GuardrailId(), version: v.Version()}
	a.out.GuardrailID, a.out.GuardrailARN, a.out.GuardrailVersion = a.guardrail.id, a.guardrail.arn, a.guardrail.version
}

// guardrailHash is a hash of everything that the guardrail filters and says.
func guardrailHash(content *bedrockguardrail.BedrockGuardrailConfig) string {
	sum := sha256.Sum256([]byte(blocks.JSON(content)))
	return hex.EncodeToString(sum[:])[:32]
}

// deniedTopic is a subject that agents do not speak about. Bedrock takes 200
// characters of definition and five examples of 100 characters.
type deniedTopic struct {
	name, definition string
	examples         []string
}

var deniedTopics = []deniedTopic{
	{
		"Personal advice",
		"Guidance on a person's private life, such as relationships, family, career, religion, politics or private finances and investments, which is not about the product or its support.",
		[]string{
			"Should I leave my partner?", "Which shares should I buy with my savings?", "Do you think that I should quit my job?",
			"Whom should I vote for?",
		},
	},
	{
		"Medical advice",
		"Diagnosis, treatment, medication, dosage or any other guidance on the physical or mental health of a person or an animal.",
		[]string{
			"What dose of ibuprofen can I take?", "I have a rash on my arm. What is it?", "Can I stop taking my antidepressant?",
			"How do I treat a migraine?",
		},
	},
	{
		"Legal advice",
		"Interpretation of law, contracts or regulation for a concrete case, opinions on liability or on the outcome of a dispute, or the drafting of legal documents.",
		[]string{
			"Can I sue you for this outage?", "Does this clause of our contract hold in court?", "Am I liable for what my employee did?",
			"Write a notice of termination for my tenant.",
		},
	},
}

// What people read instead of what was blocked.
const (
	blockedInput  = "I can't help with that. I answer questions about the product and can open a ticket or hand you over to a person."
	blockedOutput = "I can't give that answer. I can open a ticket or hand you over to a person."
)

// harmful is the kinds of content that are filtered in both directions.
var harmful = []string{"SEXUAL", "VIOLENCE", "HATE", "INSULTS", "MISCONDUCT"}

// guardrailContent is the guardrail without its key.
func guardrailContent(cfg envs.Config) *bedrockguardrail.BedrockGuardrailConfig {
	g := cfg.AI.Guardrail
	return &bedrockguardrail.BedrockGuardrailConfig{
		Name: jsii.String(cfg.Name("guardrail")), Description: jsii.String("What tenants' agents take and say"),
		BlockedInputMessaging: jsii.String(blockedInput), BlockedOutputsMessaging: jsii.String(blockedOutput),
		ContentPolicyConfig: []bedrockguardrail.BedrockGuardrailContentPolicyConfig{{FiltersConfig: contentFilters(g.FilterStrength)}},
		TopicPolicyConfig:   []bedrockguardrail.BedrockGuardrailTopicPolicyConfig{{TopicsConfig: topicFilters()}},
		WordPolicyConfig:    []bedrockguardrail.BedrockGuardrailWordPolicyConfig{wordPolicy(g.CompetitorNames)},
		SensitiveInformationPolicyConfig: []bedrockguardrail.BedrockGuardrailSensitiveInformationPolicyConfig{{
			PiiEntitiesConfig: append(personalData("BLOCK", g.BlockedPII), personalData("ANONYMIZE", g.AnonymizedPII)...),
		}},
		ContextualGroundingPolicyConfig: []bedrockguardrail.BedrockGuardrailContextualGroundingPolicyConfig{{
			FiltersConfig: []bedrockguardrail.BedrockGuardrailContextualGroundingPolicyConfigFiltersConfig{
				{Type: jsii.String("GROUNDING"), Threshold: jsii.Number(g.GroundingThreshold)},
				{Type: jsii.String("RELEVANCE"), Threshold: jsii.Number(g.RelevanceThreshold)},
			},
		}},
	}
}

func contentFilters(strength string) []bedrockguardrail.BedrockGuardrailContentPolicyConfigFiltersConfig {
	filter := func(kind, output string) bedrockguardrail.BedrockGuardrailContentPolicyConfigFiltersConfig {
		return bedrockguardrail.BedrockGuardrailContentPolicyConfigFiltersConfig{
			Type: jsii.String(kind), InputStrength: jsii.String(strength), OutputStrength: jsii.String(output),
		}
	}
	var filters []bedrockguardrail.BedrockGuardrailContentPolicyConfigFiltersConfig
	for _, kind := range harmful {
		filters = append(filters, filter(kind, strength))
	}
	// An attack on the prompt is a thing of inputs: Bedrock takes no other strength for outputs.
	return append(filters, filter("PROMPT_ATTACK", "NONE"))
}

func topicFilters() []bedrockguardrail.BedrockGuardrailTopicPolicyConfigTopicsConfig {
	topics := make([]bedrockguardrail.BedrockGuardrailTopicPolicyConfigTopicsConfig, len(deniedTopics))
	for i, t := range deniedTopics {
		topics[i] = bedrockguardrail.BedrockGuardrailTopicPolicyConfigTopicsConfig{
			Name: jsii.String(t.name), Type: jsii.String("DENY"), Definition: jsii.String(t.definition), Examples: jsii.Strings(t.examples...),
		}
	}
	return topics
}

func wordPolicy(names []string) bedrockguardrail.BedrockGuardrailWordPolicyConfig {
	policy := bedrockguardrail.BedrockGuardrailWordPolicyConfig{
		ManagedWordListsConfig: []bedrockguardrail.BedrockGuardrailWordPolicyConfigManagedWordListsConfig{{Type: jsii.String("PROFANITY")}},
	}
	if len(names) > 0 {
		words := make([]bedrockguardrail.BedrockGuardrailWordPolicyConfigWordsConfig, len(names))
		for i, name := range names {
			words[i].Text = jsii.String(blocks.TerraformText(name))
		}
		policy.WordsConfig = words
	}
	return policy
}

func personalData(action string, kinds []string) []bedrockguardrail.BedrockGuardrailSensitiveInformationPolicyConfigPiiEntitiesConfig {
	entities := make([]bedrockguardrail.BedrockGuardrailSensitiveInformationPolicyConfigPiiEntitiesConfig, len(kinds))
	for i, kind := range kinds {
		entities[i].Action, entities[i].Type = jsii.String(action), jsii.String(kind)
	}
	return entities
}
