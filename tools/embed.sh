#!/bin/sh
# Writes a C file that carries the given files: embed.sh FILE... > embedded.c
set -eu
export LC_ALL=C
printf '#include "base/embedded.h"\n\n'
number=0
for file in "$@"; do
    printf 'static const char file_%d[] = {' "$number"
    od -An -v -tx1 "$file" | sed 's/ \([0-9a-f][0-9a-f]\)/(char)0x\1,/g'
    printf '0};\n'
    number=$((number + 1))
done
printf '\nconst struct embedded_file embedded_files[] = {\n'
number=0
for file in "$@"; do
    printf '    {"%s", file_%d, sizeof file_%d - 1},\n' "$file" "$number" "$number"
    number=$((number + 1))
done
printf '    {0},\n};\n'
printf 'const size_t embedded_file_count = %d;\n' "$number"
