#!/bin/sh
# Makes the pictures in docs/pictures: built-in messages as a telephone shows them, with made-up people; and the report
# that the demonstration wrote into build/demo (make demo), on a wide screen in light, on a telephone in dark.
#     tools/screenshots.sh [FOLDER]                the pictures that the documents show, into docs/pictures
#     ALL=yes tools/screenshots.sh FOLDER          every message in every built-in language, to look at
# Needs chromium, pngquant and optipng (apt-get install them), and the program, built: make
set -eu
cd "$(dirname "$0")/.."
program=${TANDEMPOST:-build/tandempost}
folder=${1:-docs/pictures}
width=360
for command in chromium pngquant optipng "$program"; do
    command -v "$command" >/dev/null || { echo "$command is missing" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
"$program" init "$work/programme" >/dev/null
configuration=$work/programme/tandempost.conf
sed -i 's/^\( *name *= *\)"[^"]*"/\1"Librarians Abroad"/' "$configuration"
"$program" -c "$configuration" round create 2027-spring >/dev/null

# picture LANGUAGE MESSAGE HEIGHT: the frame keeps the width, whatever the narrowest window of this Chromium is.
shoot() { # WIDTH HEIGHT [OPTION]: page.html
    chromium --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
        --no-first-run --hide-scrollbars --user-data-dir="$work/browser" ${3:+"$3"} --window-size="$1,$2" \
        --screenshot="$work/picture.png" "file://$work/page.html" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
}

picture() {
    page=$work/page.html
    sed -i "s/languages *= *{[^}]*}/languages = { \"$1\" }/" "$configuration"
    "$program" -c "$configuration" template preview "$2" --format html > "$work/message.html"
    printf '<!doctype html><body style="margin:0"><iframe src="message.html" style="border:0;width:%spx;height:%spx">' \
        "$width" "$3" > "$page"
    shoot "$width" "$3"
    pngquant --force --quality 60-95 --output "$folder/$1-$2.png" 32 "$work/picture.png"
    optipng -quiet -o2 "$folder/$1-$2.png"
}

# report NAME WIDTH HEIGHT [OPTION]
report() {
    cp build/demo/report.html "$work/message.html"
    printf '<!doctype html><meta name="color-scheme" content="light dark"><body style="margin:0"><iframe src="message.html" style="border:0;width:%spx;height:%spx">' \
        "$2" "$3" > "$work/page.html"
    shoot "$2" "$3" "${4:-}"
    pngquant --force --quality 60-95 --output "$folder/$1.png" 64 "$work/picture.png"
    optipng -quiet -o2 "$folder/$1.png"
}

if [ -n "${ALL:-}" ]; then
    for file in templates/en/[!_]*.md; do
        for language in en fr es; do
            picture "$language" "$(basename "$file" .md)" 1800
        done
    done
else
    picture fr introduction 1072
    picture es check-in 616
    report report 1200 1500
    report report-dark 380 1400 --blink-settings=preferredColorScheme=0
fi
