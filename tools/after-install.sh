#!/bin/sh
# After `make install` on a running machine: the account, the folders, and the unit files known to systemd.
# after-install.sh SYSUSERS-FILE TMPFILES-FILE
set -eu
if [ "$(id -u)" -ne 0 ] || ! command -v systemd-sysusers >/dev/null 2>&1; then
    echo "As root on a machine with systemd, make the account and the folders:"
    echo "    systemd-sysusers $1 && systemd-tmpfiles --create $2 && systemctl daemon-reload"
    exit 0
fi
systemd-sysusers "$1"
systemd-tmpfiles --create "$2"
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi
echo "Installed. Next: tandempost init"
