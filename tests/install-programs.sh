#!/bin/sh
# What the browser and interop tests run: a browser, a registry, a client, proxies, a database, readers of
# exported files; and what
# the tests of another day take their clock from. As root with
# apt they are installed; otherwise the tests that need a missing one say so (and fail under CI=true).
set -eu
PATH="$PATH:/usr/sbin"
missing=""
for pair in chromium:chromium docker-registry:docker-registry skopeo:skopeo faketime:faketime \
    nginx:nginx redis-server:redis-server caddy:caddy haproxy:haproxy fish:fish zsh:zsh node:nodejs npm:npm; do
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
# What reads `.env` and checks signed tokens in Node.
if command -v npm >/dev/null 2>&1 && [ ! -d .venv/node/node_modules/jsonwebtoken ]; then
    npm install --silent --no-audit --no-fund --prefix .venv/node dotenv@17 jose@6 jsonwebtoken@9 ||
        echo "Not installed: dotenv, jose and jsonwebtoken of npm"
fi
