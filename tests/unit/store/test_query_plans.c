#include <stdio.h>

#include "base/descriptor.h"
#include "store/connection.h"
#include "store/statement.h"
#include "unit/store/fixture.h"

/* How those begin that read a table whole, and why they may. */
static const char *const may_scan[] = {
    /* Counts of all there is, for `status`, digests, and lists that --limit cuts. */
    "SELECT count(*) FROM case_file",
    "SELECT count(*) FROM inbox WHERE ?1 IS NULL",
    "SELECT count(*) FROM outbox WHERE ?1 = 0 AND ?2 = 0",
    "SELECT count(*) FROM participant",
    "SELECT state, count(*) FROM health",
    "SELECT state, count(*) FROM outbox GROUP BY state",
    "SELECT survey.round, round.name, survey.name, count(*)",
    /* The newest so many, from the table's end. */
    "SELECT id - 1 FROM inbox WHERE ?1 IS NULL",
    "SELECT id - 1 FROM outbox WHERE ?1 = 0 AND ?2 = 0",
    /* All partnerships, for a person who wants to see them in the order of their health, or for simulations. */
    "SELECT id FROM partnership LEFT JOIN health",
    "SELECT id, round, state, started_at, ends_at, closed_at, created_at,",
    /* What there are few of: rounds, events, reports, forbidden pairs; at most thousands of one survey's answers. */
    "SELECT id, name, length, state, opens_at",
    "SELECT id, uid, title, url, starts_at, ends_at, round, partn",
    "SELECT id, inbox, reporter",
    "SELECT first, second, one.name",
    "SELECT question, value FROM (",
    "SELECT count(*) FROM sqlite_schema",
    /* Taking back a draft of a round, which nothing may name. */
    "SELECT EXISTS (SELECT 1 FROM application WHERE round = ?1)",
    "DELETE FROM round",
    /* Erasing somebody: their name is looked for in all that was written in free words. */
    "SELECT EXISTS (SELECT 1 FROM participant WHERE id <> ?1 AND instr",
    "UPDATE note SET text = replace",
    "UPDATE case_file SET reason = replace",
    /* A copy to rehearse with, whose secret addresses act for nobody. */
    "DELETE FROM tag",
    /* A backup without reports. */
    "UPDATE incident SET mail = NULL",
};

struct findings {
    struct database *database;
    size_t statements, wrong;
    bool used[COUNT_OF(may_scan)];
};

static bool may_be_read_whole(struct findings *findings, const char *sql) {
    for (size_t i = 0; i < COUNT_OF(may_scan); i++)
        if (string_starts_with(sql, may_scan[i]))
            return findings->used[i] = true;
    return false;
}

/* Walking an index in its order for the first few rows is no scan of the table, as long as nothing is sorted. */
static void explain(const char *sql, struct findings *findings) {
    findings->statements++;
    auto_text question = TEXT_EMPTY, plan = TEXT_EMPTY;
    text_append_format(&question, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *steps = NULL;
    bool scans = false, walks = false, sorts = false;
    if (sqlite3_prepare_v2(findings->database->handle, question.bytes, -1, &steps, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(findings->database->handle));
    while (sqlite3_step(steps) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(steps, 3);
        text_append_format(&plan, "    %s\n", detail);
        sorts = sorts || strstr(detail, "TEMP B-TREE");
        if (!string_starts_with(detail, "SCAN ") || string_starts_with(detail, "SCAN (subquery") ||
            string_starts_with(detail, "SCAN CONSTANT ROW"))
            continue;
        bool in_order = strstr(detail, " INDEX ") && strstr(sql, " LIMIT ");
        walks = walks || in_order;
        scans = scans || !in_order;
    }
    sqlite3_finalize(steps);
    /* One partnership's or participant's few dozen entries may be sorted: only a person asks for them. */
    bool polled = strstr(sql, "INDEXED BY") || (strstr(sql, "FROM schedule") && !strstr(sql, "WHERE partnership") &&
                                                !strstr(sql, "WHERE participant"));
    if ((scans || (sorts && (walks || polled))) && !may_be_read_whole(findings, sql)) {
        print_error("%s\n%s", sql, plan.bytes);
        findings->wrong++;
    }
}

/* Beside the test's own folders. */
static void read_library(struct text *ret) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(length > 0);
    path[length] = '\0';
    *strstr(path, "/tests/unit/") = '\0';
    auto_text library = TEXT_EMPTY;
    text_append_format(&library, "%s/libtandempost.a", path);
    if (!descriptor_read_file(text_string(&library), 256 * 1024 * 1024, ret))
        fail_msg("%s can't be read", text_string(&library));
}

/* SQL is always a string literal: a verb, with nothing before it that SQL could have there. */
static bool begins_statement(const char *bytes, size_t at, size_t length) {
    static const char *const verbs[] = {"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "};
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (length - at > strlen(verbs[i]) && memcmp(bytes + at, verbs[i], strlen(verbs[i])) == 0)
            return at > 0 && !strchr(" \n(", bytes[at - 1] ? bytes[at - 1] : 'x');
    return false;
}

static void every_lookup_uses_an_index(void **state) {
    /* Goal: no statement reads a whole table, whatever its size, but those that are named above; claiming never sorts
     * the queue. All statements are found in what was compiled, so none can be forgotten. */
    struct fixture *fixture = *state;
    struct findings findings = {.database = fixture->database};
    auto_text library = TEXT_EMPTY;
    read_library(&library);
    for (size_t i = 0; i < library.length; i++)
        if (begins_statement(library.bytes, i, library.length))
            explain(library.bytes + i, &findings);
    print_message("# %zu statements\n", findings.statements);
    assert_true(findings.statements > 250 && findings.statements <= STATEMENTS_MOST);
    assert_int_equal(findings.wrong, 0);
    for (size_t i = 0; i < COUNT_OF(may_scan); i++)
        if (!findings.used[i])
            fail_msg("no statement needs this exception any more: %s", may_scan[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {fixture_test(every_lookup_uses_an_index)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
