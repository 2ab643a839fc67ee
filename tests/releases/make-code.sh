#!/bin/sh
# Make the archive of an older version's code again, which drills run beside this one: a clone need not reach back so far.
#
#     sh tests/releases/make-code.sh COMMIT        in a clone that has it; the newest whose tables are older than these
#
# What it runs on is this version's packages: what changes between two that lie next to each other has to bear that anyway.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
git -C "$here/../.." archive --format=tar "$1" -- manage.py console robots teams static templates | xz -9e >"$here/code-before.tar.xz"
ls -l "$here/code-before.tar.xz"
