# `make run` is all a person needs; the rest is for those who change the code. CONTRIBUTING.md says more.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# What tests and checks keep goes to a folder of their own, never to ./data.
CHECK_DATA := $(VENV)/check-data

.PHONY: run cluster test check lint types unit unit-on-another-day postgresql e2e interop drills packages sbom licences digests screenshots bench lock clean

run: $(VENV)/product
	@PORT=$(PORT) $(BIN)/python manage.py serve

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Roster needs Python 3.11 or newer:" \
		"install it, or name it: make PYTHON=/path/to/python3.12"; false; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Roster needs Python's venv, which Debian and Ubuntu" \
		"have apart: apt-get install python3-venv"; false; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); false; }

$(VENV)/product: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Roster runs on …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/development: requirements.txt requirements-dev.txt cli/pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e ./cli
	@touch $@ $(VENV)/product

# Programs that tests start load compiled modules, whatever a container says.
unexport PYTHONDONTWRITEBYTECODE

# Everything: programs, checks, unit, browser and interop tests; what waits for programs beside what computes.
test: $(VENV)/development
	@sh tests/install-programs.sh
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target lint types unit-on-another-day \
		EXAMPLES=--hypothesis-profile=thorough
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target e2e interop postgresql TESTS="$(wildcard $(DIALECT))"

# What speaks SQL of its own, or races: `make test` runs it on PostgreSQL too. `make postgresql` runs all there.
DIALECT := tests/console/audit tests/console/databases tests/console/health tests/console/jobs tests/console/notices tests/console/webhooks \
	tests/races tests/robots/jobs \
	tests/robots/overview tests/robots/queries tests/robots/usage \
	$(patsubst %,tests/%.py,test_constraints test_lists api/test_lists console/test_paging console/test_sessions) \
	$(patsubst %,tests/robots/%.py,accounts/test_robot_list policies/test_policy_change \
	policies/test_policy_effects verifiers/test_authentication)

check: lint types unit

lint: export ROSTER_DATA = $(CHECK_DATA)
lint: $(VENV)/development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates
	@long=$$(LC_ALL=C.UTF-8 grep -rnE '.{141}' --include='*.html' --include='*.css' templates static | cut -d: -f1,2); \
		test -z "$$long" || { echo "Lines of more than 140 characters:" $$long; false; }
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=console.settings $(BIN)/python -m tests.migration_rules
	ROSTER_ORIGIN=https://roster.example.com ROSTER_REGISTRY_HOST=registry.example.com ROSTER_TRUSTED_PROXIES=10.0.0.0/8 \
		ROSTER_EMAIL_URL=none \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

types: export ROSTER_DATA = $(CHECK_DATA)
types: $(VENV)/development
	$(BIN)/mypy

# What starts programs has stages of its own.
PROGRAMS := tests/e2e tests/interop tests/cli tests/drills tests/packages

# A process that has nothing left to do takes tests from the one that has most; neighbours stay together as long as they can.
PARALLEL := -n auto --dist worksteal

# Few examples of random worlds; `make test` asks for thousands.
unit: $(VENV)/development
	$(BIN)/pytest $(PARALLEL) $(EXAMPLES) $(PROGRAMS:%=--ignore=%) tests

# The unit tests as if it were another day: DAY=2031-02-28T23:59:50Z, or one chosen by chance. In `make test`
# instead of today, which `make check` is for: no test may care.
unit-on-another-day: $(VENV)/development
	@$(BIN)/python -m tests.another_day $(BIN)/pytest $(PARALLEL) -p no:cacheprovider $(EXAMPLES) \
		$(PROGRAMS:%=--ignore=%) tests

# The unit tests once more, on a PostgreSQL of their own; not the walks over all addresses, because who
# gets which page does not depend on the database.
WALKS := urls tenancy pages reading mass_assignment
postgresql: $(VENV)/development
	@sh tests/with-postgresql.sh $(BIN)/pytest $(PARALLEL) $(PROGRAMS:%=--ignore=%) \
		$(WALKS:%=--ignore=tests/test_%.py) $(or $(TESTS),tests)

e2e: $(VENV)/development
	$(BIN)/pytest $(PARALLEL) $(EXAMPLES) tests/e2e

# Real programs, the `roster` command among them. A file at a time, three at once: most of the time is
# spent waiting for them.
interop: $(VENV)/development
	$(BIN)/pytest -n 3 --dist loadfile tests/interop tests/cli

# Clusters, upgrades under load, faults: minutes each, one after the other, because each takes the machine.
drills: $(VENV)/development
	@sh tests/install-programs.sh
	@sh tests/drills/install.sh
	$(BIN)/pytest tests/drills

# Three replicas, PostgreSQL with a standby, Redis and HAProxy on this machine, until Ctrl-C; nothing is kept.
cluster: $(VENV)/development
	@sh tests/drills/install.sh
	@exec $(BIN)/python -m tests.drills.cluster

# The container image, built and run: as root on Debian, and some minutes of packages over the network.
packages: $(VENV)/development
	@sh tests/packages/install.sh
	$(BIN)/pytest tests/packages

# Every package that Roster runs on, with version and licence (CycloneDX), over the environment of `make run`.
sbom: $(VENV)/product
	@test -d $(VENV)/sbom || $(PYTHON) -m venv $(VENV)/sbom
	@$(VENV)/sbom/bin/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/container/requirements-sbom.txt
	@$(VENV)/sbom/bin/cyclonedx-py environment --output-reproducible $(BIN)/python

# The same as a list that one reads: name, version, licence.
licences: $(VENV)/product
	@$(BIN)/python deploy/licences.py

screenshots: $(VENV)/development
	$(BIN)/python -m tests.e2e.screenshots

bench: $(VENV)/development
	$(BIN)/python -m bench

# Compile the short .in files into hash-pinned ones.
lock: $(VENV)/development
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 \
		--no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 \
		--no-header requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 \
		--no-header deploy/container/requirements-sbom.in -o deploy/container/requirements-sbom.txt

# Help shows files of deploy/ that are as they were distributed.
digests:
	git ls-files deploy | grep -vE '\.md$$|SHA256SUMS' | LC_ALL=C sort | xargs sha256sum > deploy/SHA256SUMS

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
