#!/bin/sh
# docs/demo.md, to standard output: what `make demo` prints, with a few words before it.
# Usage: tools/demo-text.sh PROGRAM [FOLDER]
# The demonstration runs in FOLDER/build/demo, which stays; without one, nothing does.
# The same text on every machine: the round's clock, its zones' rules for 2025 and its seed are given, folders are named as
# `make demo` names them, and nothing depends on the width or the colours of a terminal.
set -eu
program=$(realpath "$1")
folder=${2:-$(mktemp -d)}
[ -n "${2:-}" ] || trap 'rm -rf "$folder"' EXIT
mkdir "$folder/build"
ln -s "$program" "$folder/build/tandempost"
cat <<'END'
# A whole round in some seconds

`make demo` lets 92 made-up people from 20 countries sign up by mail and be partners for half a year, and prints what is below.
The service is the real one, with its real rules, its parser in its sandbox, its database; only its clock and its post office
are make-believe.

People write to the address for joining, find the application form in their Maildirs, and answer as people do: above the
quotation, below it, between its lines, in HTML, in English, French and Spanish, by number, by label or in words. Some forget
a question or answer it so that it can't be understood, and are asked again; some change their mind when they are told what
was understood; some confirm only after a reminder, and some write twice. Sign-up closes at its hour. A coordinator has the
partnerships proposed, exchanges two people, has the rest proposed anew around them, and approves; the round starts by date.

From then on most press Reply on the introduction and write to each other through the partnership address; some write directly
with the programme in Cc. Some go on holiday with a responder on, one loses the mailbox, one leaves, one pauses, one writes
from an unknown address, and one reports the partner, whereupon nothing passes between the two until a coordinator has looked.

At the end everything is counted twice: what the rules said beforehand and what people know of their own doing, against
what the service recorded and what lies in the Maildirs. What each applicant meant is held against what was understood.

END
(cd "$folder" && env -u COLUMNS LC_ALL=C.UTF-8 TZ=UTC build/tandempost demo build/demo --seed 1 </dev/null) | sed 's/^./    &/'
cat <<'END'

Another seed is another course of events: `make demo DEMO_SEED=2`. This page is made by `make demo-text`, and a test holds it
against the program.
END
