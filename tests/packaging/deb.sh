#!/bin/sh
# Goal: the Debian package does what an admin expects, on a Debian 12 that never had a compiler: installed, configured and
# run in the foreground it welcomes a person; upgraded from a package of the version before, with mail on its way, it loses
# none and sends none twice; removed, it leaves all that is known; purged, nothing. Two builds are the same bytes.
# As root. FROM=COMMIT: what the version before is made of; otherwise the state before the schema last grew.
# shellcheck disable=SC2016,SC2317
set -eu
cd "$(dirname "$0")/../.."
top=$PWD head=$(git rev-parse HEAD) number=0 failed=0 proc=''
work=$(mktemp -d /var/tmp/tandempost-deb.XXXXXX)
chmod 755 "$work"
root=$work/root

leave() {
    [ -z "$proc" ] || umount "$root/proc"
    rm -rf --one-file-system "$work"
}
trap leave EXIT
trap 'exit 1' INT TERM

is() { # what, then a command that holds
    number=$((number + 1)) what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        echo "ok $number - $what"
    else
        echo "not ok $number - $what"
        sed 's/^/#   /' "$work/said"
        failed=1
    fi
}

# Builds COMMIT as VERSION in FOLDER, with the packaging of today.
build() {
    mkdir -p "$3/source"
    git archive "$1" | tar -x -C "$3/source"
    rm -rf "$3/source/debian"
    git archive "$head" debian | tar -x -C "$3/source"
    sed -i "1s/(.*)/($2)/" "$3/source/debian/changelog"
    (cd "$3/source" && dpkg-buildpackage --build=binary --no-sign) >"$3/log" 2>&1 || { tail -n 20 "$3/log" && exit 1; }
    rm -r "$3/source"
}

in_root() { chroot "$root" "$@"; }
tandempost() { chroot "$root" tandempost "$@"; }
apt() { chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@"; }

# The service in the foreground, until COUNT mails of its own are in the people's mailboxes.
sent() { find "$root/var/lib/tandempost/post-office" -path '*/new/*' -type f 2>/dev/null | wc -l; }
run_until() {
    chroot "$root" tandempost daemon >>"$work/journal" 2>&1 &
    daemon=$! waited=0
    while [ "$(sent)" -lt "$1" ] && kill -0 "$daemon" 2>/dev/null && [ "$waited" -lt 1500 ]; do
        sleep 0.2
        waited=$((waited + 1))
    done
}
finish() {
    kill "-$1" "$daemon"
    wait "$daemon" 2>/dev/null || true
}

# ---- Two packages, and the first of them twice ----

version=$(dpkg-parsechangelog -S Version) before=0.0.9
from=${FROM:-$(git log -1 --diff-filter=A --format=%H -- schema)^}
build "$head" "$version" "$work/new"
build "$head" "$version" "$work/elsewhere/again"
build "$from" "$before" "$work/old"
name=tandempost_${version}_$(dpkg --print-architecture).deb
is "two builds in different folders are the same bytes" cmp "$work/new/$name" "$work/elsewhere/again/$name"
is "lintian has neither errors nor warnings" lintian --fail-on error,warning "$work/new"/*.changes

# ---- A bare Debian ----

mirror=$(apt-get indextargets --format '$(SITE)' 'Codename: bookworm' 'Created-By: Packages' | head -n 1)
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
http_proxy=${http_proxy-} debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/log" 2>&1
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/machine"
cp /etc/resolv.conf "$root/etc/"
mount -t proc proc "$root/proc"
proc=mounted
cp "$work/new/$name" "$root/root/new.deb"
cp "$work/old/tandempost_$before"_*.deb "$root/root/old.deb"
apt update >"$work/log" 2>&1

# ---- First steps, with the version before ----

is "apt installs the package" apt install --no-install-recommends /root/old.deb
is "there is no compiler" sh -c "! chroot '$root' sh -c 'command -v gcc'"
is "the account and the folders are there" in_root sh -c 'id tandempost && test -d /var/lib/tandempost && test -d /etc/tandempost/templates'
is "init writes what is needed" tandempost init
# Mail goes into folders, soon, and not too fast. In Ghana clocks show UTC.
sed -i -e 's,"smtps\?://[^"]*","maildir:/var/lib/tandempost/post-office",; s,"imaps\?://[^"]*","maildir:/var/lib/tandempost/post-office",' \
    -e '/^    user = /d; /^    password_credential = /d; s/^#   per_second = 0/    per_second = 5/' \
    -e "s/send_at = \"09:00\"/send_at = \"$(date -u -d '2 minutes' +%H:%M)\"/" "$root/etc/tandempost/tandempost.conf"
is "check finds nothing wrong" tandempost check
is "a round" tandempost round create one
{
    echo 'name,address,country,language,time_zone'
    for person in $(seq 1 60); do echo "Person $person,p$person@example.net,GH,en,Africa/Accra"; done
} >"$root/root/people.csv"
is "sixty people" tandempost participant import /root/people.csv --round one
run_until 20
is "people are welcomed" test "$(sent)" -ge 20
finish KILL # with mail on its way
echo 'Of our own.' >>"$root/etc/tandempost/templates/en/welcome.md"

# ---- Upgrade ----

is "mail is left to be sent" test "$(sent)" -lt 60
is "apt upgrades it" apt install /root/new.deb
is "the new version stands" in_root sh -c "tandempost version | grep -qF '$version'"
run_until 60
finish TERM
is "sixty mails arrived" test "$(sent)" -eq 60
is "to sixty people" test "$(grep -rhl . "$root/var/lib/tandempost/post-office" --include='*' | grep -c /new/)" -eq 60
is "each its own" test "$(grep -rh '^To: ' "$root/var/lib/tandempost/post-office" | sort -u | wc -l)" -eq 60
is "a template that was edited stays so" grep -q 'Of our own.' "$root/etc/tandempost/templates/en/welcome.md"
is "template diff tells of it" in_root sh -c "tandempost template diff en/welcome | grep -q '^+Of our own.'"
is "check is content with the database" tandempost check

# ---- The end ----

is "apt removes it" apt remove tandempost
is "what is known stays" test -s "$root/var/lib/tandempost/tandempost.db" -a -s "$root/etc/tandempost/tandempost.conf"
is "the program is gone" test ! -e "$root/usr/bin/tandempost"
is "apt installs it again" apt install /root/new.deb
is "and it goes on" tandempost status
is "apt purges it" apt purge tandempost
is "nothing is left" test ! -e "$root/var/lib/tandempost" -a ! -e "$root/etc/tandempost"
echo "1..$number"
[ "$failed" -eq 0 ] || sed 's/^/# /' "$work/journal"
cd "$top"
exit "$failed"
