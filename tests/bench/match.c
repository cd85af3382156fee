/* Matches made-up people and tells how well and how fast: `match [PEOPLE COUNTRIES SEED]`. With EDGES=FILE, all
 * possible pairs and their scores are written there too, for another program to match. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "populations.h"

static double processor_seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Not from getrusage, which counts what the process was before it became this program. */
static long peak_megabytes(void) {
    char line[200];
    long kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kilobytes / 1024;
}

static void write_edges(const char *path, const struct matching_person *people, size_t count) {
    FILE *file = fopen(path, "we");
    if (!file)
        exit(1);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            int64_t score = matching_score(&population_rules, &people[i], &people[j]);
            if (score != MATCHING_BARRED)
                fprintf(file, "%zu %zu %" PRId64 "\n", i, j, score);
        }
    fclose(file);
}

int main(int argument_count, char **arguments) {
    size_t count = argument_count > 1 ? strtoul(arguments[1], NULL, 10) : 92;
    unsigned countries = argument_count > 2 ? (unsigned)strtoul(arguments[2], NULL, 10) : 20;
    uint64_t seed = argument_count > 3 ? strtoul(arguments[3], NULL, 10) : 1;
    auto_arena arena = arena_new();
    struct matching_person *people = population_make(count, countries, seed);
    struct matching_request request = {.rules = &population_rules, .people = people, .count = count, .seed = seed};
    struct matching_proposal proposal;
    double began = processor_seconds();
    matching_propose(&request, arena, &proposal);
    double seconds = processor_seconds() - began;
    size_t same_country = 0;
    for (size_t i = 0; i < proposal.group_count; i++)
        same_country += people[proposal.groups[i].members[0]].country == people[proposal.groups[i].members[1]].country;
    printf("{\"people\": %zu, \"pairs\": %zu, \"pairs_at_most\": %zu, \"total\": %" PRId64
           ", \"total_at_most\": %" PRId64
           ", \"left_over\": %zu, \"same_country\": %zu, \"seconds\": %.4f, \"megabytes\": %ld}\n",
           count, proposal.pairs, proposal.pairs_at_most, proposal.total, proposal.total_at_most,
           proposal.left_over_count, same_country, seconds, peak_megabytes());
    if (getenv("EDGES"))
        write_edges(getenv("EDGES"), people, count);
    free(people);
    return 0;
}
