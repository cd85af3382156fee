#!/bin/sh
# Runs the whole suite again and again, as slow and busy machines would, and prints a line for each run: alone, with a busy
# processor and disk, on one processor, and in a bare Debian 12 (with debootstrap, from where this machine's packages come).
# RUNS=alone,loaded,one,bare: how many of each. As root. Ends with 1 where a run failed; its output is in build/green/.
# shellcheck disable=SC2016,SC2317
set -u
unset MAKEFLAGS MAKELEVEL
cd "$(dirname "$0")/.." || exit 1
IFS=, read -r alone loaded one bare <<END
${RUNS:-5,2,1,1}
END
out=build/green failed=0 pids=''
mkdir -p "$out"

end_load() {
    for pid in $pids; do kill "$pid"; done 2>/dev/null
    pids=''
    rm -f "$out/load"
}
trap end_load EXIT
trap 'exit 1' INT TERM

load() {
    for _ in 1 2 3 4; do
        (while :; do :; done) &
        pids="$pids $!"
    done
    (while :; do dd if=/dev/zero of="$out/load" bs=1M count=512 conv=fsync 2>/dev/null; done) &
    pids="$pids $!"
}

# run NAME COMMAND...
run() {
    name=$1 log="$out/$1.log" began=$(date +%s)
    shift
    "$@" >"$log" 2>&1 || failed=1
    echo "$name: $(grep -a '^Files=' "$log" | cut -d, -f1,2), $(($(date +%s) - began)) s, $(grep -a '^Result:' "$log" || echo 'Result: none')"
}

repeat() { # how often, name, command...
    count=$1 what=$2 number=1
    shift 2
    while [ "$number" -le "$count" ]; do
        run "$what-$number" "$@"
        number=$((number + 1))
    done
}

in_bare_debian() {
    root=$(mktemp -d /var/tmp/tandempost-bare.XXXXXX) && chmod 755 "$root" || return 1
    mirror=$(apt-get indextargets --format '$(SITE)' 'Codename: bookworm' 'Created-By: Packages' | head -n 1)
    eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
    http_proxy=${http_proxy-} debootstrap --variant=minbase bookworm "$root" "$mirror" &&
        apt-config dump Acquire >"$root/etc/apt/apt.conf.d/machine" && cp /etc/resolv.conf "$root/etc/" &&
        git archive --prefix=src/ HEAD | tar -x -C "$root" &&
        mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" && mount --bind /dev/pts "$root/dev/pts" &&
        chroot "$root" sh -c 'apt-get update && apt-get install -y --no-install-recommends make && cd /src && make test'
    code=$?
    umount "$root/dev/pts" "$root/dev" "$root/proc"
    rm -rf --one-file-system "$root"
    return "$code"
}

tools/install-packages.sh tools/packages-build tools/packages-test tools/packages-green >"$out/build.log" 2>&1 || exit 1
make --no-print-directory all >>"$out/build.log" 2>&1 || exit 1
repeat "$alone" alone make test
[ "$loaded" -gt 0 ] && load
repeat "$loaded" loaded make test
end_load
repeat "$one" one-processor taskset -c 0 make test
repeat "$bare" bare-debian in_bare_debian
exit "$failed"
