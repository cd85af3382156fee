#!/bin/sh
# Goal: axe-core finds nothing wrong in a report, light and dark, wide and narrow, with everything opened.
# Usage: tests/accessibility.sh REPORT.html. What stands outside of the window is left undecided where it scrolls.
# Needs chromium and npm (apt-get install them); axe-core comes from the registry, into build/accessibility.
set -eu
cd "$(dirname "$0")/.."
report=$(realpath "$1")
work=build/accessibility
for command in chromium npm; do
    command -v "$command" >/dev/null || { echo "$command is missing" >&2; exit 1; }
done
mkdir -p "$work"
[ -e "$work/node_modules/axe-core/axe.min.js" ] || npm install --silent --no-audit --no-fund --prefix "$work" axe-core@4.10.2 >/dev/null
{
    # The page forbids scripts; the copy that is tried lets one in.
    sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//; s/<details /<details open /g' "$report"
    echo '<script>'
    cat "$work/node_modules/axe-core/axe.min.js"
    cat <<'END'
</script><script>
axe.run().then(function (result) {
    function tell(rules, how) {
        return rules.map(function (rule) {
            return how + rule.id + " (" + rule.impact + ", " + rule.nodes.length + "): " + rule.help + ": " + rule.nodes[0].html.slice(0, 160);
        });
    }
    var lines = tell(result.violations, "WRONG ").concat(tell(result.incomplete, "undecided: "));
    lines.unshift(result.passes.length + " rules pass, the page is " + (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
    document.title = "axe";
    document.body.textContent = "AXE " + lines.join("\n") + "\nEND OF AXE";
});
</script>
END
} > "$work/report.html"
found=0
for scheme in light dark; do
    for width in 1200 500; do
        [ "$scheme" = dark ] && dark=--blink-settings=preferredColorScheme=0 || dark=
        rm -rf "$work/browser"
        # shellcheck disable=SC2086 # no option where there is none
        chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
            --disable-component-update --disable-sync --user-data-dir="$PWD/$work/browser" $dark \
            --window-size="$width,1200" --virtual-time-budget=60000 --dump-dom "file://$PWD/$work/report.html" \
            2>"$work/log" | sed -n '/AXE [0-9]/,/END OF AXE/p' | sed 's/.*AXE \([0-9]\)/\1/; /END OF AXE/d; /^$/d' > "$work/found"
        grep -q 'rules pass' "$work/found" || { echo "axe-core did not run" >&2; cat "$work/log" >&2; exit 1; }
        lines=$(grep -c '^WRONG' "$work/found" || true)
        echo "$scheme, $width pixels: $(head -n 1 "$work/found"), $lines wrong"
        sed 1d "$work/found"
        found=$((found + lines))
    done
done
[ "$found" = 0 ]
