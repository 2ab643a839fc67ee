#!/bin/sh
# What the drills start besides what the other tests start. As root with apt it is installed; otherwise the
# drills that need a missing one say so (and fail under CI=true).
set -eu
PATH="$PATH:/usr/sbin"
missing=""
for pair in pgbouncer:pgbouncer promtool:prometheus haproxy:haproxy redis-server:redis-server; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the drills:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
    echo "Not installed, and the drills that need them are skipped:$missing"
fi
