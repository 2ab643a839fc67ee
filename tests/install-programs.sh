#!/bin/sh
# What the browser and interop tests run: a browser, a registry, a client, proxies, a database, readers of
# exported files, a reader of metrics; and what
# the tests of another day take their clock from. As root with
# apt they are installed; otherwise the tests that need a missing one say so (and fail under CI=true).
set -eu
PATH="$PATH:/usr/sbin"
missing=""
for pair in chromium:chromium docker-registry:docker-registry skopeo:skopeo faketime:faketime \
    nginx:nginx redis-server:redis-server caddy:caddy haproxy:haproxy fish:fish zsh:zsh jq:jq \
    node:nodejs npm:npm promtool:prometheus; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing fonts-dejavu-core >/dev/null
else
    echo "Not installed, and the tests that need them are skipped:$missing"
fi
# What reads `.env`, checks signed tokens and issues its own in Node, and a scanner for secrets.
modules=.venv/node/node_modules
if command -v npm >/dev/null 2>&1 && { [ ! -d $modules/oidc-provider ] || [ ! -d $modules/secretlint ]; }; then
    npm install --silent --no-audit --no-fund --prefix .venv/node dotenv@17 jose@6 jsonwebtoken@9 \
        oidc-provider@8 secretlint@11 @secretlint/secretlint-rule-pattern@11 ||
        echo "Not installed: dotenv, jose, jsonwebtoken, oidc-provider and secretlint of npm"
fi
# Another scanner, and the engines with which gitleaks, TruffleHog and GitHub search; apart from what the tests import.
if [ -x .venv/bin/pip ] && [ ! -d .venv/scanners ]; then
    .venv/bin/pip install --quiet --disable-pip-version-check --target .venv/scanners \
        detect-secrets==1.5.0 google-re2==1.1.20251105 hyperscan==0.9.1 ||
        echo "Not installed: detect-secrets, google-re2 and hyperscan of PyPI"
fi
