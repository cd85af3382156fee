#!/bin/sh
# Fills a manual page's frame with what the program itself says: manual.sh TANDEMPOST PAGE.SECTION < FRAME > PAGE
set -eu
program=$1
page=${2%.*}
while IFS= read -r line; do
    case $line in
    @TABLES@) "$program" help --manual "$page" ;;
    *) printf '%s\n' "$line" ;;
    esac
done
