# Every target says what it does after "##"; `make help` lists them.
# ENV chooses the environment: dev unless given, or FLOWOPS_ENV, or CDKTF's context.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ENV ?=
STACK ?=
STACKS := foundation data ai compute orchestration api observability
TOOLS := .tools
CHOICE := $(if $(ENV),FLOWOPS_ENV=$(ENV))
CDKTF := $(CHOICE) CHECKPOINT_DISABLE=1 npx --no-install cdktf
GO_PACKAGES := ./...

# Each part of the tests leaves a report, which test/summary sums up at the end:
# of the part, or of all parts.
REPORTS := .reports
SUMMARY ?= yes
SUMMARIZE := $(if $(filter no,$(SUMMARY)),:,go run ./test/summary -reports $(REPORTS))
# $(call tests,PART,PACKAGES). Not from the cache of test results: it does not
# see what tests build and run.
tests = mkdir -p $(REPORTS) && rm -f $(REPORTS)/$(1).json && \
	go tool -modfile=tools/go.mod gotestsum --format pkgname --format-hide-empty-pkg --hide-summary skipped \
		--jsonfile $(REPORTS)/$(1).json -- -count=1 -timeout 30m $(2)

.PHONY: help setup agent functions build app synth test test-go test-agent test-e2e test-isolation test-properties iam-engine asl-validator bench vet format check-format lint snapshots calls local docs \
	ministack terraform validate plan bootstrap list diff deploy destroy ci clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ENV=dev|staging|prod chooses the environment; STACK=name one stack for validate, plan, diff, deploy and destroy."

setup: agent/node_modules/.package-lock.json iam-engine asl-validator terraform ministack ## fetch what building and testing need
	@go mod download

# What the cdktf CLI needs beyond that; only the targets that call it do.
node_modules/.package-lock.json: package.json package-lock.json
	@echo "  cdktf CLI    npm ci"
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

# What the lock file of a folder names.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@echo "  npm ci       $*"
	@cd $* && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

# A development tool under the AGPL: run in a process of its own, never shipped.
iam-engine: test/isolation/node_modules/.package-lock.json ## install the IAM engine of the proofs of isolation

asl-validator: test/properties/asl/node_modules/.package-lock.json ## install the validator of state machines

agent/dist/agent.js: agent/node_modules/.package-lock.json agent/build.mjs agent/tsconfig.json $(shell find agent/src -type f 2>/dev/null)
	@echo "  agent        esbuild"
	@cd agent && npm run --silent build
	@touch $@

agent: agent/dist/agent.js ## build the agent's bundle

functions: agent ## compile and zip the functions for Lambda (arm64)
	@go run ./internal/bundle/cmd -out dist

build: functions ## build everything that is deployed
	@mkdir -p $(TOOLS)
	@go build -o $(TOOLS)/flowops .

app: build ## synthesize: what the cdktf CLI runs
	@$(TOOLS)/flowops

synth: ## synthesize an environment's stacks, validated, into cdktf.out
	@$(MAKE) build
	@$(CHOICE) $(TOOLS)/flowops

test: ## run every test, and say what they proved
	@rm -rf $(REPORTS); status=0; \
	$(MAKE) test-go SUMMARY=no || status=$$?; \
	$(MAKE) test-agent SUMMARY=no || status=$$?; \
	$(SUMMARIZE) go e2e agent || status=$$?; exit $$status

# The end-to-end tests come last and alone: they run some twenty processes.
test-go: build iam-engine asl-validator terraform ministack ## run the Go tests, Terraform's verdict among them
	@status=0; $(call tests,go,$$(go list $(GO_PACKAGES) | grep -v '/test/e2e$$')) || status=$$?; \
	$(call tests,e2e,./test/e2e) || status=$$?; \
	$(SUMMARIZE) go e2e || status=$$?; exit $$status

test-e2e: agent ministack ## run the platform's scenarios on this machine
	@status=0; $(call tests,e2e,./test/e2e) || status=$$?; $(SUMMARIZE) e2e || status=$$?; exit $$status

test-properties: asl-validator terraform ## check the properties over generated configurations
	@status=0; $(call tests,properties,./test/properties) || status=$$?; $(SUMMARIZE) properties || status=$$?; exit $$status

test-agent: agent ## check and test the agent
	@mkdir -p $(REPORTS); rm -f $(REPORTS)/agent.tap agent/dist/test/report.tap; status=0; \
	(cd agent && npm run --silent typecheck && npm test --silent) || status=$$?; \
	if [ -f agent/dist/test/report.tap ]; then mv agent/dist/test/report.tap $(REPORTS)/agent.tap; fi; \
	$(SUMMARIZE) agent || status=$$?; exit $$status

test-isolation: iam-engine ## prove what the IAM policies allow
	@status=0; $(call tests,isolation,./test/isolation) || status=$$?; $(SUMMARIZE) isolation || status=$$?; exit $$status

format: ## format the Go code
	@gofmt -w $$(git ls-files '*.go')

check-format: ## check the format of the Go code
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted (make format):"; echo "$$unformatted"; exit 1; fi

bench: ## time a synth with the stock loader and with the fast one
	@go run ./internal/fastload/bench $(if $(ENV),-env $(ENV)) $(if $(ROUNDS),-rounds $(ROUNDS))

vet: ## vet and static analysis
	@go vet $(GO_PACKAGES)
	@go tool -modfile=tools/go.mod staticcheck $(GO_PACKAGES)

lint: check-format vet ## check format, vet and static analysis

snapshots: build ## accept the synthesized output as the new snapshots
	@FLOWOPS_UPDATE=1 go test ./test/snapshots -count=1

calls: agent ministack ## accept what the end-to-end tests saw: AWS calls, and the walk through docs/tenants.md
	@FLOWOPS_UPDATE=1 go test ./test/e2e -count=1

local: agent ministack ## run the platform on this machine, with REST requests on port 8787 (PORT)
	@go run ./test/e2e/cmd -port $(or $(PORT),8787)

docs: iam-engine ## write the generated documents anew
	@FLOWOPS_UPDATE=1 go test ./test/docs -count=1
	@FLOWOPS_UPDATE=1 go test ./test/isolation -run TestReport -count=1

# From PyPI, into a virtual environment of the project's own.
ministack: $(TOOLS)/ministack/.installed ## install MiniStack, the AWS of the end-to-end tests

$(TOOLS)/ministack/.installed: test/e2e/requirements.txt
	@echo "  MiniStack    pip install"
	@mkdir -p $(TOOLS) && python3 -m venv $(TOOLS)/ministack
	@$(TOOLS)/ministack/bin/pip install --quiet --disable-pip-version-check --no-deps -r test/e2e/requirements.txt
	@touch $@

terraform: ## install Terraform into .tools, unless the PATH has 1.10 or newer
	@mkdir -p $(TOOLS) && go build -o $(TOOLS)/verdict ./internal/verdict/cmd
	@$(TOOLS)/verdict find >/dev/null 2>&1 || { \
		echo "  Terraform    go build (once, some minutes)"; \
		go -C tools/terraform build -o ../../$(TOOLS)/terraform \
			-ldflags '-s -w -X github.com/hashicorp/terraform/version.dev=no' github.com/hashicorp/terraform; }

validate: synth terraform ## have Terraform validate the stacks, without their state
	@$(TOOLS)/verdict validate -stack "$(STACK)"

plan: synth terraform ## plan the stacks; the plans and their JSON go to cdktf.out/plans
	@$(TOOLS)/verdict plan -stack "$(STACK)"

bootstrap: node_modules/.package-lock.json build ## make an environment's state bucket, once per account
	@$(CDKTF) deploy bootstrap --app "$(TOOLS)/flowops -bootstrap" --output .bootstrap/out

list: node_modules/.package-lock.json ## list the stacks with the cdktf CLI
	@$(CDKTF) list

diff: node_modules/.package-lock.json ## plan a stack, or all in their order
	@for s in $(or $(STACK),$(STACKS)); do $(CDKTF) diff $$s; done

deploy: node_modules/.package-lock.json ## deploy a stack, or all in their order
	@$(CDKTF) deploy $(or $(STACK),$(STACKS))

destroy: node_modules/.package-lock.json ## destroy a stack, or all in reverse order
	@$(CDKTF) destroy $(or $(STACK),$(STACKS))

ci: lint ## what a change must pass: format, analysis, build, synth of all environments, tests
	@for e in dev staging prod; do $(MAKE) synth ENV=$$e; done
	@$(MAKE) test

clean: ## remove what was built; the bootstrap's state stays
	@rm -rf cdktf.out dist agent/dist agent/node_modules test/isolation/node_modules test/properties/asl/node_modules node_modules $(TOOLS) $(REPORTS)
