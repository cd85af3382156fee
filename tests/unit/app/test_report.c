/* Goal: the report's pictures are well-formed, say what they draw, and let nothing that people are called or wrote out
 * of its place; and without names nobody can tell how many are of a country that few are of. */
#include "fixture.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "app/report/report.h"
#include "app/report/report_chart.h"
#include "app/report/report_world.h"

#define HOSTILE "</title><script>alert(\"1\" & '2')</script>\x01\xE2\x80\xAE"

/* ---- Looking into pictures ---- */

static size_t count_found(xmlDoc *document, const char *path) {
    xmlXPathContext *context = xmlXPathNewContext(document);
    xmlXPathObject *found = xmlXPathEvalExpression((const xmlChar *)path, context);
    size_t count = found->nodesetval ? (size_t)found->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return count;
}

/* How many elements PATH finds in a picture, which must be well-formed and have no script. */
static size_t count_in(const struct text *svg, const char *path) {
    xmlDoc *document = xmlReadMemory(svg->bytes, (int)svg->length, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR);
    if (!document)
        fail_msg("not well-formed: %s", text_string(svg));
    assert_int_equal(count_found(document, "//script"), 0);
    size_t count = count_found(document, path);
    xmlFreeDoc(document);
    return count;
}

/* ---- Pictures ---- */

static void bars_are_as_long_as_their_numbers(void **state) {
    /* Goal: the largest fills its place, half of it half, nothing draws nothing; a wrong maximum stays inside. */
    (void)state;
    static const struct {
        int64_t value, most;
        const char *width;
    } cases[] = {{5, 5, "100.0%"}, {5, 10, "50.0%"}, {1, 3, "33.3%"}, {9, 3, "100.0%"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text svg = TEXT_EMPTY;
        auto_string path = NULL;
        report_chart_bar(&svg, cases[i].value, cases[i].most);
        assert_true(asprintf(&path, "/svg[@aria-hidden='true']/rect[@width='%s']", cases[i].width) > 0);
        assert_int_equal(count_in(&svg, path), 1);
    }
    auto_text none = TEXT_EMPTY;
    report_chart_bar(&none, 0, 0);
    assert_int_equal(none.length, 0);
}

static void strips_draw_each_week_once(void **state) {
    /* Goal: a week is a cell of the shade of its letters; check-ins and warnings are marks; the title is text. */
    (void)state;
    static const struct report_strip_week weeks[] = {{2, 1, 0, 0}, {3, 9, 1, 1}, {5, 0, 1, 0}};
    auto_text svg = TEXT_EMPTY;
    report_chart_strip(&svg, HOSTILE, 5, 8, weeks, COUNT_OF(weeks));
    assert_int_equal(count_in(&svg, "/svg[@role='img'][@viewBox='0 0 80 26']/title[contains(., 'alert(\"1\" & ')]"), 1);
    assert_int_equal(count_in(&svg, "//title[contains(., '</title><script>')]"), 1);
    assert_int_equal(count_in(&svg, "//path[@class='h0'][@d='M0 0h9v16h-9zM30 0h9v16h-9zM40 0h9v16h-9z']"), 1);
    assert_int_equal(count_in(&svg, "//path[@class='h1'][@d='M10 0h9v16h-9z']"), 1);
    assert_int_equal(count_in(&svg, "//path[@class='h4'][@d='M20 0h9v16h-9z']"), 1);
    assert_int_equal(count_in(&svg, "//circle[@class='answer']"), 2);
    assert_int_equal(count_in(&svg, "//path[@class='warning']"), 1);
}

static void the_map_has_every_country(void **state) {
    /* Goal: a dot for a country, a ring for several, nothing for what is nowhere; whatever they are called is text; and
     * all countries that have a time zone have a place. */
    (void)state;
    static const struct report_dot dots[] = {
        {"NZ", HOSTILE, 4}, {"FR PT", "France, Portugal", 9}, {"??", "Nowhere", 1}};
    static const struct report_mark marks[] = {{"NZ", HOSTILE, 0}, {"PT", "Portugal", 1}};
    auto_text svg = TEXT_EMPTY;
    report_chart_map(&svg, "map", HOSTILE, dots, COUNT_OF(dots), marks, COUNT_OF(marks));
    assert_int_equal(count_in(&svg, "/svg[@role='img'][@aria-labelledby='map-title map-about']"), 1);
    assert_int_equal(count_in(&svg, "//title[contains(., '</title><script>')]"), 3);
    assert_int_equal(count_in(&svg, "//desc[contains(., 'France, Portugal: 9; Nowhere: 1')]"), 1);
    assert_int_equal(count_in(&svg, "//circle[@class='dot']"), 1);
    assert_int_equal(count_in(&svg, "//circle[@class='ring']"), 1);
    assert_int_equal(count_in(&svg, "//path[@class='mark']"), 2);
    assert_int_equal(count_in(&svg, "//path[@class='land'][starts-with(@d, 'M')]"), 1);
    FILE *file = fopen("/usr/share/zoneinfo/zone.tab", "re");
    struct report_place place, size = report_world_size();
    char line[512], code[3];
    size_t count = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%2[A-Z]", code) != 1)
            continue;
        if (!report_world_find(code, &place) || place.x < 0 || place.x > size.x)
            fail_msg("%s is not on the map", code);
        count++;
    }
    fclose(file);
    assert_true(count > 200);
}

/* ---- A whole report ---- */

static struct report read_report(struct fixture *fixture, bool names) {
    struct round round;
    struct report report;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_done(report_read(&fixture->service, &round, names, fixture->arena, &report, &error));
    return report;
}

static const struct report_table *countries_of(const struct report *report) {
    size_t table = 0;
    while (!string_equal(report->tables[table].name, "countries"))
        assert_true(++table < report->table_count);
    return &report->tables[table];
}

static void add_people(struct fixture *fixture, const char *country, const char *zone, size_t count) {
    static int number;
    for (size_t i = 0; i < count; i++) {
        char address[40];
        snprintf(address, sizeof address, "more%d@example.net", number++);
        fixture_add(fixture, "More", address, country, zone);
    }
}

static void assert_country(const struct report *report, size_t row, const char *codes, int64_t people) {
    const struct report_cell *cells = report_row(countries_of(report), row);
    assert_string_equal(cells[0].text, codes);
    assert_int_equal(cells[2].number, people);
}

static void few_of_a_country_are_shown_with_the_nearest(void **state) {
    /* Goal: five of a country are shown; fewer are shown with the nearest country, and not where the sum gives away how
     * many are of each: four and four. */
    struct fixture *fixture = *state;
    add_people(fixture, "PT", "Europe/Lisbon", 4);
    add_people(fixture, "ES", "Europe/Madrid", 4);
    add_people(fixture, "NZ", "Pacific/Auckland", 4);
    add_people(fixture, "NO", "Europe/Oslo", 5);
    struct report named = read_report(fixture, true), unnamed = read_report(fixture, false);
    assert_int_equal(countries_of(&named)->row_count, 5);
    assert_country(&named, 0, "NO", 5);
    assert_int_equal(named.people, 19);
    /* Sweden's one and Norway's five are six; Portugal's and Spain's four need another neighbour. */
    const struct report_table *table = countries_of(&unnamed);
    int64_t sum = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        const struct report_cell *cells = report_row(table, i);
        assert_true(cells[2].number >= 5);
        assert_false(string_equal(cells[0].text, "ES PT") || string_equal(cells[0].text, "PT ES"));
        sum += cells[2].number;
    }
    assert_int_equal(sum, 19);
    assert_int_equal(table->row_count, 2);
    assert_int_equal(unnamed.countries, 5);
}

static void nobody_is_named_unless_asked_for(void **state) {
    /* Goal: names stand in a report with names alone, and there as text. */
    struct fixture *fixture = *state;
    struct participant anna;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    anna.name = "Anna <script>alert(1)</script> Berg";
    assert_done(participants_update(fixture->database, &anna, anna.address, &cause, &error));
    assert_done(
        partnerships_start(fixture->database, fixture->partnership, clock_now(), clock_now() + 1, &cause, &error));
    for (int names = 0; names < 2; names++) {
        struct report report = read_report(fixture, names);
        auto_text page = TEXT_EMPTY;
        report_write_page(&report, &page);
        assert_int_equal(report.partnerships, 1);
        assert_int_equal(strstr(text_string(&page), "Berg") != NULL, names);
        assert_int_equal(strstr(text_string(&page), "Okoro") != NULL, names);
        assert_int_equal(strstr(text_string(&page), "Anna &lt;script&gt;") != NULL, names);
        assert_null(strstr(text_string(&page), "<script"));
    }
}

static void a_round_without_anybody_has_a_report(void **state) {
    /* Goal: nothing fails, and nothing is divided by nothing, where nothing has happened. */
    struct fixture *fixture = *state;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(rounds_create(fixture->database, "empty", "6 months", &cause, &fixture->round, &error));
    struct report report = read_report(fixture, false);
    auto_text page = TEXT_EMPTY;
    report_write_page(&report, &page);
    assert_int_equal(report.people, 0);
    assert_non_null(strstr(text_string(&page), "Nobody takes part yet."));
    assert_null(strstr(text_string(&page), "nan"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_long_as_their_numbers), cmocka_unit_test(strips_draw_each_week_once),
        cmocka_unit_test(the_map_has_every_country),         fixture_test(few_of_a_country_are_shown_with_the_nearest),
        fixture_test(nobody_is_named_unless_asked_for),      fixture_test(a_round_without_anybody_has_a_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
