.DEFAULT_GOAL := help
.PHONY: help demo verify test build format run clean

help: ## says what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: ## the whole network on this machine, with real jobs
	./demo

verify: ## every test there is
	./verify

test: ## unit tests alone
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B test'

build: ## every jar, no test
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B -DskipTests package'

format: ## the sources as the formatter wants them
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B spotless:apply'

run: ## a server in .pithead, from what is built
	bash -c '. scripts/common.sh && use_newest_jdk && exec java -jar launcher/target/pithead.jar'

clean: ## removes what was built; the data in .pithead stays
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B clean'
