.DEFAULT_GOAL := help
.PHONY: help demo verify test build contracts reproducible mutation format run clean

help: ## says what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## the whole network on this machine, with real jobs
	./demo

verify: ## every test there is
	./verify

test: ## unit tests alone
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B test'

build: ## every jar, no test
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B -DskipTests package'

contracts: ## ABI, bytecode and gas of the contracts anew, from their sources; needs Node
	cd contracts && npm ci --ignore-scripts && node scripts/test.mjs --write

reproducible: ## every jar twice, and whether the bytes are the same
	scripts/reproducible.sh

mutation: ## what the tests of a core do not notice: make mutation CORE=lease MODULE=coordinator-ejb; read target/pit-reports
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B -Pmutation -pl $(or $(MODULE),coordinator-ejb,validator-ejb,miner-client) -am -Dcore=$(or $(CORE),*) -Dtest="*Test" -Dsurefire.failIfNoSpecifiedTests=false test'

format: ## the sources as the formatter wants them
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B spotless:apply'

run: ## a server in .pithead, from what is built
	bash -c '. scripts/common.sh && use_newest_jdk && exec java -jar launcher/target/pithead.jar'

clean: ## removes what was built; the data in .pithead stays
	bash -c '. scripts/common.sh && use_newest_jdk && need_maven && mvn -q -B clean'
