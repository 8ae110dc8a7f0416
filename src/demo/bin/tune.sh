#!/bin/sh
# The patch step of one bot: changes one of its parameters. sie runs it in a separate copy, has the result checked with
# `sh bin/train.sh --check BOT_DIR`, tries it on a few cycles, and brings the old file back if it does not pay.
#
#   usage: sh bin/tune.sh BOT_DIR
#
# sie sets SIE_CYCLE; AWK names the awk to use.
set -eu
LC_ALL=C
export LC_ALL

[ $# -eq 1 ] || { echo 'tune.sh: usage: sh bin/tune.sh BOT_DIR' >&2; exit 1; }
: "${SIE_CYCLE:?must be set: it seeds the random generator}"
case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
export GROUPS_FILE="$here/../data/groups"
export PARAMS="$1/params"
export NEW_PARAMS="$1/params.new"

set -f
${AWK:-awk} -f "$here/random.awk" -f "$here/tune.awk"
mv -f -- "$NEW_PARAMS" "$PARAMS"
