#!/bin/sh
# Run a command with ROSTER_DATABASE_URL naming a PostgreSQL of its own, on a socket in a folder that goes afterwards.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
    echo "PostgreSQL is not installed: its tests are skipped"
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi
folder=$(mktemp -d /tmp/roster-postgresql-XXXXXX)
as=""
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as="runuser -u postgres --"
fi
stop() {
    $as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT INT TERM
$as "$bin/initdb" -D "$folder/data" -U roster --auth=trust --encoding=UTF8 --locale=C >/dev/null
$as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "-k $folder -c listen_addresses='' -c fsync=off" start >/dev/null
ROSTER_DATABASE_URL="postgresql://roster@%2Ftmp%2F${folder##*/}/postgres" "$@"
