#!/bin/sh
# Runs fuzz targets one after another: run.sh BUILD SECONDS [TARGET...]. What libFuzzer finds of interest gathers in
# BUILD/corpus and is used again; inputs on which a target failed are in BUILD/crashes (BUILD/fuzz/TARGET FILE repeats
# one). FUZZ_SEEDS names a folder of further seeds; RUNS is a number of inputs, after which a target ends in any case.
# Fails where an input did.
set -eu
build=$1 seconds=$2
shift 2
here=$(dirname "$0")
if [ $# -eq 0 ]; then
    for file in "$here"/*.c; do
        name=$(basename "$file" .c)
        [ "$name" = harness ] || set -- "$@" "$name"
    done
fi
# A small quarantine is enough, as no input looks at what another freed, and much faster.
export ASAN_OPTIONS=detect_stack_use_after_return=0:quarantine_size_mb=16 UBSAN_OPTIONS=print_stacktrace=1
status=0
for target; do
    mkdir -p "$build/corpus/$target" "$build/crashes/$target"
    # Mail is a seed for everything that takes mail.
    case $target in
    authentication | bounce | letter | message) seeds="$here/seeds/mail" ;;
    *) seeds="$here/seeds/$target" ;;
    esac
    dictionary="$here/$target.dict"
    [ -e "$dictionary" ] || dictionary="$here/mail.dict"
    echo "== $target, ${RUNS:+$RUNS runs or }$seconds seconds"
    if nice "$build/fuzz/$target" -max_total_time="$seconds" ${RUNS:+-runs="$RUNS"} -timeout=2 -rss_limit_mb=1024 -max_len="${MAX_LENGTH:-16384}" \
        -dict="$dictionary" -artifact_prefix="$build/crashes/$target/" -print_final_stats=1 \
        "$build/corpus/$target" "$seeds" ${FUZZ_SEEDS:+"$FUZZ_SEEDS"} >"$build/crashes/$target.log" 2>&1; then
        sed -n 's/^stat::number_of_executed_units: */runs: /p' "$build/crashes/$target.log"
    else
        status=1
        grep -v '^#[0-9]' "$build/crashes/$target.log" | tail -60
    fi
done
exit $status
