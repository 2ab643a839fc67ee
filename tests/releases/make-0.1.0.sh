#!/bin/sh
# Make 0.1.0.tar.xz again: what version 0.1.0 (commit a118f5d) leaves in SQLite and in PostgreSQL.
#
#     sh tests/releases/make-0.1.0.sh        from anywhere in a clone; wants Python 3.11, network, PostgreSQL
#
# It runs that commit's own code in a virtual environment of its own. Each database has beside it: keyring.json, whose root
# is a sentence and no secret; audit-checkpoints.jsonl; known.json, with what a test signs in and logs in with.
set -eu
commit=a118f5d
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/code" "$work/made" "$work/made/sqlite" "$work/made/postgresql"
git -C "$here/../.." archive "$commit" | tar -x -C "$work/code"
cd "$work/code"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt

cat >fill.py <<'PYTHON'
"""Fill the database that the environment names, and write down in the given folder what is known of it."""

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

folder = Path(sys.argv[1])
os.environ["ROSTER_DATA"] = str(folder / "data")
os.environ["ROSTER_KEYRING_FILE"] = str(folder / "keyring.json")
os.environ["ROSTER_AUDIT_CHECKPOINTS"] = str(folder / "audit-checkpoints.jsonl")
os.environ["ROSTER_SECRET_KEY"] = "only-for-tests-" * 4
root = base64.b64encode(b"Only for tests, this root is it.").decode()
(folder / "keyring.json").write_text(json.dumps({"roots": [{"number": 1, "key": root}]}))
os.chmod(folder / "keyring.json", 0o600)
socket.gethostname = lambda: "version-0-1-0"  # checkpoints say where they were written

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from console.checkpoints import checkpoint
from console.models import Organization
from console.permissions import TICKABLE
from console.services import rename_organization
from robots.credentials import Plaintext
from robots.models import Robot
from robots.preparation import prepare
from robots.services import (
    GrantRequest,
    create_personal_token,
    create_robot,
    create_token,
    delete_token,
    disable_token,
    mark_handed_over,
)
from teams.models import User

EMAIL, PASSWORD, OWN = "owner@example.com", "Only for tests, this is a password.", "Only-4-tests"

prepare()
subprocess.run(
    [sys.executable, "manage.py", "create_owner", "--email", EMAIL, "--name", "Olga Owner",
     "--organization", "acme", "--password-stdin"],
    input=PASSWORD, text=True, check=True,
)
call_command("demo", "--organization", "acme")
checkpoint()

owner, acme = User.objects.get(email=EMAIL), Organization.objects.get(slug="acme")
robot = create_robot(
    actor=owner, organization=acme, name="upgraded",
    grants=[GrantRequest(None, frozenset(TICKABLE))],
)


def token(name, **more):
    minted = create_token(actor=owner, robot=robot, name=name, **more)
    mark_handed_over(minted.secret)
    return minted


works = {kind: token(kind, kind=kind) for kind in ("signed", "compact")}
works["own"] = token("own", own=Plaintext(OWN))
ended = {name: token(name, kind="compact") for name in ("deleted", "disabled")}
delete_token(actor=owner, token=ended["deleted"].token)
disable_token(actor=owner, token=ended["disabled"].token)
personal = create_personal_token(actor=owner, name="laptop", kind="compact")
checkpoint()
rename_organization(actor=owner, organization=acme, name="Acme Works")

known = {
    "email": EMAIL,
    "password": PASSWORD,
    "login_name": Robot.objects.get(pk=robot.pk).login_name,
    "works": {name: minted.plaintext.reveal() for name, minted in works.items()},
    "ended": {name: minted.plaintext.reveal() for name, minted in ended.items()},
    "personal": personal.plaintext.reveal(),
}
(folder / "known.json").write_text(json.dumps(known, indent=1) + "\n")
if connection.vendor == "sqlite":
    connection.cursor().execute(f"VACUUM INTO '{folder}/roster.sqlite3'")
PYTHON

run="PYTHONPATH=. DJANGO_SETTINGS_MODULE=console.settings .venv/bin/python fill.py"
dump='$(ls /usr/lib/postgresql/*/bin/pg_dump | sort -V | tail -n 1) --no-owner --no-privileges --dbname="$ROSTER_DATABASE_URL"'
sh -c "$run $work/made/sqlite"
sh "$here/../with-postgresql.sh" sh -c "$run $work/made/postgresql && $dump >$work/made/postgresql/dump.sql"
rm -rf "$work"/made/*/data
tar -C "$work/made" --sort=name --owner=0 --group=0 --numeric-owner -c sqlite postgresql | xz -9e >"$here/0.1.0.tar.xz"
ls -l "$here/0.1.0.tar.xz"
