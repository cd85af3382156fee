#!/bin/sh
# Installs the Debian packages named in the given files, where they are missing: install-packages.sh FILE...
set -eu
missing=
# shellcheck disable=SC2013 # one word a line
for package in $(cat "$@"); do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "Missing Debian packages, to be installed now:$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "This needs root. Run it as root, or install them yourself: apt-get install$missing" >&2
        exit 1
    fi
    echo "(with sudo, which may ask for your password)"
    as_root=sudo
fi
# Servers that come along for the tests are not started on this machine: the tests start their own.
policy=/usr/sbin/policy-rc.d
ours=
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    ours=yes
fi
trap '[ -z "$ours" ] || $as_root rm -f "$policy"' EXIT
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
