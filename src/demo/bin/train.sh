#!/bin/sh
# One cycle of one bot: trains its model further, keeps the new one only if it is better, reports.
#
#   usage: sh bin/train.sh BOT_DIR
#          sh bin/train.sh --check BOT_DIR    only asks whether its parameters can be used
#
# BOT_DIR/params   how to train (yours to edit)
# BOT_DIR/model    the kept parameters; absent before the first cycle
#
# sie sets SIE_ENERGY, SIE_CYCLE and SIE_RESULT; AWK names the awk to use. Needs nothing but a POSIX sh and awk.
set -eu
LC_ALL=C # A decimal point, whatever the operator's language.
export LC_ALL

fail() {
    printf 'train.sh: %s\n' "$1" >&2
    exit 1
}

CHECK=
[ "${1-}" != --check ] || { CHECK=1; shift; }
export CHECK
[ $# -eq 1 ] || fail 'usage: sh bin/train.sh [--check] BOT_DIR'

# Paths travel in the environment: awk would read backslashes in -v, and `=` in an operand, as its own syntax.
case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
export DATA="$here/../data/breast_cancer.csv"
export GROUPS_FILE="$here/../data/groups"
export PARAMS="$1/params"
for file in "$GROUPS_FILE" "$PARAMS"; do
    [ -r "$file" ] || fail "cannot read $file"
done

# Not quoted on purpose: AWK may be two words, as in `busybox awk`.
train() {
    set -f
    ${AWK:-awk} -f "$here/random.awk" -f "$here/train.awk"
}
if [ -n "$CHECK" ]; then
    train
    exit
fi

: "${SIE_ENERGY:?must be set: how much to train, 1 to 100}"
: "${SIE_CYCLE:?must be set: it seeds the random generator}"
: "${SIE_RESULT:?must be set: the file to write the result to}"
case $SIE_ENERGY in
*[!0-9]* | ????*) fail "SIE_ENERGY is \`$SIE_ENERGY\`, expected a whole number from 1 to 100" ;;
esac
if [ "$SIE_ENERGY" -lt 1 ] || [ "$SIE_ENERGY" -gt 100 ]; then
    fail "SIE_ENERGY is $SIE_ENERGY, expected a whole number from 1 to 100"
fi

export MODEL="$1/model"
export NEW_MODEL="$1/model.new"
export NEW_RESULT="$SIE_RESULT.new"
[ -r "$DATA" ] || fail "cannot read $DATA"
[ ! -e "$MODEL" ] || { [ -f "$MODEL" ] && [ -r "$MODEL" ]; } || fail "cannot read $MODEL"

# A cycle that was killed may have left its candidate behind; it must not pass for the one of this cycle.
rm -f -- "$NEW_MODEL" "$NEW_RESULT"
trap 'rm -f -- "$NEW_MODEL" "$NEW_RESULT"' EXIT

train

# train.awk wrote a candidate only if it beats the kept model. A rename is all or nothing, so a kill leaves the old
# model or the new one, never half of one. The result comes last: it must not claim a model that is not there.
[ ! -f "$NEW_MODEL" ] || mv -f -- "$NEW_MODEL" "$MODEL"
mv -f -- "$NEW_RESULT" "$SIE_RESULT"
