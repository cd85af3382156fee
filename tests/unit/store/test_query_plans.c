#include "store/answers.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/bounces.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/contacts.h"
#include "store/events.h"
#include "store/health.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/notes.h"
#include "store/outages.h"
#include "store/proposals.h"
#include "store/report.h"
#include "store/schedule.h"
#include "store/settings.h"
#include "store/statement.h"
#include "store/story.h"
#include "store/surveys.h"
#include "store/tags.h"
#include "unit/store/fixture.h"

/* Calls of the layer, so that their statements are in the cache; what they find does not matter here. */
static void use_people(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    struct participant participant;
    struct participant_list participants;
    struct partnership_list partnerships;
    struct application application = {.participant = fixture->anna, .round = fixture->round};
    struct application_list applications;
    struct round_counts counts;
    struct round_countries countries;
    struct round_list rounds;
    size_t count;
    bool any;
    int64_t id;
    const struct event_cause *cause = &fixture_cause;
    assert_done(participants_find(database, 1, arena, &participant, &error));
    assert_done(participants_find_by_address(database, "x", arena, &participant, &error));
    assert_done(participants_list(database, &(struct participant_filter){.round = 1}, arena, &participants, &error));
    assert_done(participants_list(database, &(struct participant_filter){.limit = 1}, arena, &participants, &error));
    assert_done(participants_set_state(database, 1, PARTICIPANT_PAUSED, cause, &error));
    assert_done(participants_set_address_state(database, 1, ADDRESS_SUSPECT, cause, &error));
    assert_done(participants_set_heard(database, 1, 1, &error));
    assert_done(participants_find(database, 1, arena, &participant, &error));
    assert_done(participants_update(database, &participant, "new", cause, &error));
    assert_done(applications_add(database, &application, cause, &id, &error));
    assert_done(applications_set_state(database, id, APPLICATION_ACCEPTED, cause, &error));
    assert_done(applications_list_of_round(database, 1, 0, 1, arena, &applications, &error));
    assert_done(applications_list_of_participant(database, 1, arena, &applications, &error));
    assert_done(partnerships_list(database, &(struct partnership_filter){.round = 1}, arena, &partnerships, &error));
    assert_done(
        partnerships_list(database, &(struct partnership_filter){.participant = 1}, arena, &partnerships, &error));
    assert_done(partnerships_list_to_end(database, 1, 1, arena, &partnerships, &error));
    assert_done(partnerships_list_planned(database, 1, 1, arena, &partnerships, &error));
    assert_done(partnerships_any_left(database, 1, &any, &error));
    assert_done(partnerships_count_planned_members(database, 1, &count, &error));
    assert_done(rounds_count(database, 1, &counts, &error));
    assert_done(rounds_countries(database, 1, arena, &countries, &error));
    assert_done(rounds_list_turning(database, arena, &rounds, &error));
    assert_done(rounds_set_dates(database, &(struct round){.id = 1, .length = "6 months"}, cause, &error));
    assert_done(partnerships_partners(database, 1, 1, arena, &participants, &error));
    assert_done(partnerships_start(database, 1, 1, 2, cause, &error));
    assert_done(partnerships_set_state(database, 1, PARTNERSHIP_HELD, cause, &error));
    assert_done(rounds_set_state(database, 1, ROUND_RUNNING, 1, cause, &error));
}

static void use_matching(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    const int64_t both[] = {fixture->anna, fixture->ben};
    struct proposal_member members[] = {{.participant = fixture->anna, .fingerprint = "f"}};
    struct proposal_member_list list = {members, 1};
    struct proposal_row row = {.round = fixture->round};
    struct candidate_list candidates;
    struct parted_list parted;
    bool changed;
    assert_done(proposals_candidates(database, 1, arena, &candidates, &error));
    assert_done(proposals_parted(database, 1, arena, &parted, &error));
    assert_done(proposals_forbid(database, both[0], both[1], &fixture_cause, &changed, &error));
    assert_done(proposals_allow(database, both[0], both[1], &fixture_cause, &changed, &error));
    assert_done(proposals_lock(database, fixture->round, both, 2, &fixture_cause, &error));
    assert_done(proposals_locked(database, fixture->round, arena, &list, &error));
    list = (struct proposal_member_list){members, 1};
    assert_done(proposals_put(database, &row, &list, &fixture_cause, &error));
    assert_done(proposals_find(database, fixture->round, arena, &row, &error));
    assert_done(proposals_members(database, fixture->round, arena, &list, &error));
    assert_done(proposals_remove(database, fixture->round, &error));
}

static void use_endings(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    const struct event_cause *cause = &fixture_cause;
    struct incident incident = {.id = 1, .inbox = 1, .reporter = fixture->anna, .partnership = fixture->partnership};
    struct rematch rematch = {1, fixture->round, fixture->anna, fixture->ben};
    struct rematch_list offers;
    struct in_line_list lines;
    const char *mail;
    size_t length;
    bool banned;
    assert_done(incidents_add(database, &incident, "x", 1, cause, &error));
    assert_done(incidents_find_of_inbox(database, 1, arena, &incident, &error));
    assert_done(incidents_count_open(database, 1, &length, &error));
    assert_done(incidents_mail(database, 1, arena, &mail, &length, &error));
    assert_done(incidents_decide(database, 1, INCIDENT_BAN, cause, &error));
    assert_done(incidents_ban(database, "x", 1, &error));
    assert_done(incidents_is_banned(database, "x", &banned, &error));
    assert_done(incidents_unban(database, "x", &banned, &error));
    assert_done(proposals_offer(database, &rematch, &error));
    assert_done(proposals_find_offer(database, 1, arena, &rematch, &error));
    assert_done(proposals_open_offers(database, arena, &offers, &error));
    assert_done(proposals_in_line(database, arena, &lines, &error));
    assert_done(partnerships_leave(database, fixture->partnership, fixture->ben, cause, &error));
}

static void use_applicants(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    const struct event_cause *cause = &fixture_cause;
    struct applicant applicant = {.round = fixture->round, .address = "x", .language = "en"};
    struct applicant_list applicants;
    struct application application;
    struct application_places places;
    struct country_waiting_list waiting;
    struct participant anna;
    struct outbox_row row;
    size_t count;
    int64_t id;
    assert_done(applicants_put(database, &applicant, "x", cause, &id, &error));
    assert_done(applicants_list(database, 1, arena, &applicants, &error));
    assert_done(applicants_list_of_address(database, "x", arena, &applicants, &error));
    assert_done(applicants_list_to_remind(database, 1, 1, arena, &applicants, &error));
    assert_done(applicants_list_expired(database, 1, 1, arena, &applicants, &error));
    assert_done(applicants_set_reminded(database, id, 1, &error));
    assert_done(outbox_find_newest_of_applicant(database, id, arena, &row, &error));
    assert_done(outbox_count_answers_to(database, "x", true, 1, &count, &error));
    assert_done(outbox_count_forms_since(database, 1, &count, &error));
    assert_done(applicants_remove(database, id, 0, cause, &error));
    assert_done(applicants_put(database, &applicant, "x", cause, &id, &error));
    assert_done(applicants_remove(database, id, fixture->anna, cause, &error));
    assert_done(applications_count_places(database, 1, "SE", &places, &error));
    assert_done(applications_list_countries_waiting(database, arena, &waiting, &error));
    assert_done(applications_first_waiting(database, 1, "SE", arena, &application, &error));
    assert_done(applications_find_answered(database, 1, 1, arena, &application, &error));
    assert_done(participants_find(database, fixture->anna, arena, &anna, &error));
    assert_done(participants_find_namesake(database, &anna, 1, arena, &anna, &error));
}

static void use_outgoing(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    const struct event_cause *cause = &fixture_cause;
    struct schedule_entry entry = {.key = "k", .step = "s", .participant = 1};
    struct schedule_list schedule;
    int64_t moment, id = fixture_queue(fixture, "key");
    size_t count, length;
    const char *bytes;
    struct outbox_row row;
    struct outbox_list list;
    struct outbox_rendering rendering = {.recipient = "a", .message_id = "<a>", .bytes = "b", .length = 1};
    struct tag tag;
    assert_done(schedule_put(database, &entry, &error));
    assert_done(schedule_list_due(database, 1, 1, arena, &schedule, &error));
    assert_done(schedule_list_between(database, 1, 1, arena, &schedule, &error));
    assert_done(schedule_list_of_partnership(database, 1, arena, &schedule, &error));
    assert_done(schedule_list_of_participant(database, 1, arena, &schedule, &error));
    assert_done(schedule_next_due(database, &moment, &error));
    assert_done(schedule_count_until(database, 1, &count, &error));
    assert_done(outbox_list_overdue(database, 1, 1, arena, &list, &error));
    assert_done(outbox_count_overdue(database, 1, &count, &error));
    assert_done(schedule_take_due(database, 1, 1, arena, &schedule, &error));
    assert_done(schedule_remove_of_participant(database, 1, &error));
    assert_done(schedule_remove_of_partnership(database, 1, &error));
    assert_done(schedule_step_first_seen(database, "s", 1, &moment, &error));
    assert_done(outbox_find_by_key(database, "x", arena, &row, &error));
    assert_done(outbox_find_by_message_id(database, "x", arena, &row, &error));
    assert_done(outbox_list_ready(database, 1, 1, arena, &list, &error));
    assert_done(outbox_next_try(database, &moment, &error));
    assert_done(outbox_set_rendering(database, id, &rendering, &error));
    assert_done(outbox_set_rendering(database, id, &rendering, &error));
    assert_done(outbox_content(database, id, arena, &bytes, &length, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_QUEUED, OUTBOX_SENDING, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_SENDING, OUTBOX_UNCERTAIN, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_UNCERTAIN, OUTBOX_QUEUED, NULL, cause, &error));
    assert_done(outbox_claim(database, id, &rendering, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_SENDING, OUTBOX_QUEUED, NULL, cause, &error));
    assert_done(outbox_claim(database, id, NULL, cause, &error));
    assert_done(outbox_find_thread(database, 1, 1, arena, &bytes, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_SENDING, OUTBOX_HELD, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_HELD, OUTBOX_QUEUED, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_QUEUED, OUTBOX_SENDING, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_SENDING, OUTBOX_FAILED, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_FAILED, OUTBOX_QUEUED, NULL, cause, &error));
    assert_done(outbox_enter_state(database, id, OUTBOX_QUEUED, OUTBOX_EXPIRED, NULL, cause, &error));
    assert_false(outbox_enter_state(database, id, OUTBOX_SENDING, OUTBOX_SENT, NULL, cause, &error));
    assert_done(outbox_cancel_of_participant(database, 1, "x", cause, &count, &error));
    assert_done(outbox_cancel_of_partnership(database, 1, "x", cause, &count, &error));
    assert_done(outbox_count_sent_since(database, 1, &count, &moment, &error));
    assert_done(outbox_count_letters_since(database, 1, 1, 1, &count, &error));
    assert_done(outbox_count_letters_held(database, 1, 1, &count, &error));
    assert_done(outbox_list_open_questions(database, 1, arena, &list, &error));
    assert_done(outbox_set_answered(database, id, 1, &error));
    enum outbox_state sending = OUTBOX_SENDING;
    assert_done(outbox_list(database, &(struct outbox_filter){.state = &sending}, arena, &list, &error));
    assert_done(outbox_list(database, &(struct outbox_filter){.participant = 1}, arena, &list, &error));
    assert_done(outbox_list(database, &(struct outbox_filter){.partnership = 1}, arena, &list, &error));
    assert_done(tags_find(database, 'r', "x", arena, &tag, &error));
    static const struct tag wanted[] = {{.purpose = 'p', .secret = "1", .participant = 1, .partnership = 1},
                                        {.purpose = 'u', .secret = "2", .participant = 1},
                                        {.purpose = 'r', .secret = "3", .outbox = 1}};
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_done(tags_find_or_create(database, &wanted[i], arena, &tag, &error) &&
                    tags_find(database, tag.purpose, tag.secret, arena, &tag, &error));
}

static void use_incoming(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    struct inbox_row row = {
        .folder = "f", .uid = 1, .body_hash = "h", .kind = "human", .reason = "r", .state = INBOX_WAITING};
    struct inbox_list list;
    struct inbox_position position = {1, 1};
    struct contact contact = {.partnership = 1};
    struct contact_list contacts;
    struct answer check_in = {.question = "check-in", .participant = 1, .value = 1};
    struct answer_list check_ins;
    struct bounce_row bounce = {.participant = 1};
    struct bounce_list bounces;
    int64_t id, moment;
    bool found;
    const char *bytes;
    size_t length;
    enum inbox_state waiting = INBOX_WAITING;
    assert_done(inbox_set_position(database, "f", &position, &error));
    assert_done(inbox_position(database, "f", &position, &error));
    assert_done(inbox_exists(database, "f", 1, 1, &found, &error));
    assert_done(inbox_find_duplicate(database, &row, 1, &id, &error));
    assert_done(inbox_find_same_letter(database, &row, 1, 0, &id, &error));
    assert_done(inbox_insert(database, &row, "x", 1, &fixture_cause, &id, &error));
    assert_done(inbox_strangers_fill(database, 10, 10, &found, &error));
    assert_done(inbox_count_from(database, "x", 1, &length, &error));
    assert_done(inbox_reuses_message_id(database, 1, &found, &error));
    assert_done(inbox_content(database, id, arena, &bytes, &length, &error));
    assert_done(inbox_list(database, &(struct inbox_filter){.state = &waiting}, arena, &list, &error));
    assert_done(inbox_resolve(database, id, &fixture_cause, &error));
    assert_done(inbox_list_unmarked(database, "f", 1, 1, arena, &list, &error));
    assert_done(inbox_set_marked(database, id, &error));
    assert_done(contacts_add(database, &contact, &id, &error));
    assert_done(contacts_list(database, 1, arena, &contacts, &error));
    assert_done(contacts_last(database, 1, &moment, &error));
    assert_done(answers_add(database, &check_in, &id, &error));
    assert_done(answers_list(database, 1, arena, &check_ins, &error));
    assert_done(answers_list_unconfirmed(database, 1, arena, &check_ins, &error));
    assert_done(answers_confirm(database, id, 1, &error));
    assert_done(bounces_add(database, &bounce, &id, &error));
    assert_done(bounces_list(database, 1, 1, arena, &bounces, &error));
}

static void use_surveys(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    struct outbox_row row = {.key = "survey", .step = "s", .template_name = "t", .participant = fixture->anna};
    struct survey survey = {.name = "s", .participant = fixture->anna, .partnership = 1, .round = fixture->round};
    struct survey_list surveys;
    struct survey_value_list values;
    const struct survey_value value = {"q", "v"};
    struct answer answer;
    bool is_new;
    assert_done(outbox_insert(database, &row, &fixture_cause, &survey.outbox, &is_new, &error));
    assert_done(surveys_ask(database, &survey, &fixture_cause, &error));
    assert_done(surveys_find_asked_by(database, survey.outbox, arena, &survey, &error));
    assert_done(surveys_find(database, survey.id, arena, &survey, &error));
    assert_done(surveys_list_to_remind(database, 1, 1, arena, &surveys, &error));
    assert_done(surveys_set_remind_at(database, survey.id, 1, &error));
    assert_done(surveys_answer(database, &survey, &value, 1, "{}", &fixture_cause, &error));
    assert_done(surveys_answers(database, &survey, arena, &values, &error));
    assert_int_equal(values.count, 1);
    assert_done(answers_find_next(database, fixture->anna, arena, &answer, &error));
}

static void use_the_log(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    struct event_list events;
    struct story story;
    struct note note = {.author = "a", .text = "t"};
    struct note_list notes;
    struct case_row row = {.key = "k", .reason = "r"};
    struct case_list cases;
    struct outage_list outages;
    int64_t id;
    size_t count;
    bool flag;
    assert_done(events_list(database, &(struct event_filter){.limit = 1}, arena, &events, &error));
    assert_done(events_list(database, &(struct event_filter){.participant = 1}, arena, &events, &error));
    assert_done(events_list(database, &(struct event_filter){.partnership = 1}, arena, &events, &error));
    assert_done(events_list(database, &(struct event_filter){.outbox = 1}, arena, &events, &error));
    assert_done(story_read(database, 1, arena, &story, &error));
    assert_done(notes_add(database, &note, &id, &error));
    assert_done(notes_list_of_participant(database, 1, arena, &notes, &error));
    assert_done(notes_list_of_partnership(database, 1, arena, &notes, &error));
    assert_done(cases_open(database, &row, &fixture_cause, &flag, &error));
    assert_done(cases_find(database, 1, arena, &row, &error));
    assert_done(cases_find_of_inbox(database, 1, arena, &row, &error));
    assert_done(cases_find_open(database, "k", arena, &row, &error));
    assert_done(cases_list(database, &(struct case_filter){.partnership = 1}, arena, &cases, &error));
    assert_done(cases_next_tell(database, &id, &error));
    assert_done(cases_list_due(database, 1, 1, arena, &cases, &error));
    assert_done(cases_set_told(database, 1, 1, 1, &error));
    assert_done(cases_count_told_at_once(database, 1, 1, &count, &error));
    assert_done(cases_count_told_at_once(database, 0, 1, &count, &error));
    assert_done(cases_close(database, &row, &fixture_cause, &error));
    assert_done(outages_begin(database, OUTAGE_DAEMON, 1, &error));
    assert_done(outages_end(database, OUTAGE_DAEMON, 1, &error));
    assert_done(outages_list(database, OUTAGE_DAEMON, 1, arena, &outages, &error));
    assert_done(settings_set(database, "a", "b", &error));
    assert_done(settings_get_integer(database, "c", 1, &id, &error));
    assert_done(settings_remove(database, "a", &error));
}

static void use_health(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    struct health_signs signs;
    struct health_moments moments;
    struct health_row row = {.partnership = 1, .reason = ""};
    int64_t next;
    bool any;
    assert_done(health_rest_begin(database, REST_HELD, 0, 1, 1, &error));
    assert_done(health_rest_end(database, REST_HELD, 0, 1, 1, &error));
    assert_done(health_rest_end(database, REST_PAUSED, 1, 0, 1, &error));
    assert_done(health_note_away(database, 1, 1, 2, &error));
    assert_done(health_list_signs(database, 1, arena, &signs, &error));
    assert_done(health_list_unasked(database, 1, 1, 2, 1, 0, arena, &moments, &error));
    assert_done(health_set(database, &row, &error));
    assert_done(health_find(database, 1, arena, &row, &error));
    assert_done(health_next(database, &next, &any, &error));
    assert_done(health_list_due(database, 1, 1, arena, &moments, &error));
    struct case_row silence;
    assert_done(cases_find_newest(database, CASE_SILENCE, 1, arena, &silence, &error));
    assert_done(cases_hurry(database, 1, "", 1, &error));
}

static void use_report(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    struct database *database = fixture->database;
    struct arena *arena = fixture->arena;
    struct report_count_list counts;
    struct report_partnership_list partnerships;
    struct report_week_list weeks;
    struct survey_value_list values;
    int64_t stages[REPORT_STAGES], count;
    assert_done(report_countries(database, 1, arena, &counts, &error));
    assert_done(report_stages(database, 1, stages, &error));
    assert_done(report_surveys(database, 1, arena, &counts, &error));
    assert_done(report_count_applications(database, 1, &count, &error));
    assert_done(report_application_values(database, 1, "q", 1, arena, &values, &error));
    assert_done(report_channels(database, 1, arena, &counts, &error));
    assert_done(report_asked(database, 1, arena, &counts, &error));
    assert_done(report_warnings(database, 1, arena, &counts, &error));
    assert_done(report_messages(database, 1, 1, 2, arena, &counts, &error));
    assert_done(report_partnerships(database, 1, arena, &partnerships, &error));
    assert_done(report_weeks(database, 1, arena, &weeks, &error));
}

struct findings {
    struct database *database;
    size_t statements, wrong;
};

/* Walking an index in its order for the first few rows is no scan of the table, as long as nothing is sorted. */
static void explain(const char *sql, void *context) {
    struct findings *findings = context;
    if (string_starts_with(sql, "PRAGMA") || strstr(sql, "sqlite_schema"))
        return;
    findings->statements++;
    auto_text question = TEXT_EMPTY, plan = TEXT_EMPTY;
    text_append_format(&question, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *steps = NULL;
    bool scans = false, walks = false, sorts = false;
    assert_int_equal(sqlite3_prepare_v2(findings->database->handle, question.bytes, -1, &steps, NULL), SQLITE_OK);
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
    if (scans || (sorts && (walks || polled))) {
        print_error("%s\n%s", sql, plan.bytes);
        findings->wrong++;
    }
}

static void every_lookup_uses_an_index(void **state) {
    /* Goal: no statement of the daily work reads a whole table, whatever its size; claiming never sorts the queue.
     * Lists of everything, counts of everything and emptying the schedule are not among them. */
    struct fixture *fixture = *state;
    use_people(fixture);
    use_matching(fixture);
    use_applicants(fixture);
    use_endings(fixture);
    use_outgoing(fixture);
    use_incoming(fixture);
    use_surveys(fixture);
    use_the_log(fixture);
    use_health(fixture);
    use_report(fixture);
    struct findings findings = {.database = fixture->database};
    statement_each(fixture->database, explain, &findings);
    assert_true(findings.statements > 80);
    assert_int_equal(findings.wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {fixture_test(every_lookup_uses_an_index)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
