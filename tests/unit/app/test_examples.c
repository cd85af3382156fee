/* Goal: all that somebody is asked and told who applies stands in the documentation, in each language, as it is sent.
 */
#include "examples.h"

#include "app/answer_sheet.h"
#include "app/message.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/connection.h"

static const char *const languages[] = {"en", "fr", "es"};
static const char *const named[] = {NULL, "French", "Spanish"};

/* A reply with something of everything that is asked again, in each language. */
static const char *const doubtful[] = {
    "1. Anna Berg\n2. Canada\n4. Englsh\n5. 3, 4\n6. 9\n7. zebras\n13. 1\n\nRhythm: 3\n19. no\n20. yes",
    "1. Anna Berg\n2. Canada\n4. anglas\n5. 3, 4\n6. 9\n7. zèbres\n13. 1\n\nRythme : 3\n19. non\n20. oui",
    "1. Anna Berg\n2. Canadá\n4. ingls\n5. 3, 4\n6. 9\n7. cebras\n13. 1\n\nRitmo: 3\n19. no\n20. sí",
};

static void run_sql(struct fixture *fixture, const char *sql) {
    assert_int_equal(sqlite3_exec(fixture->database->handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

static struct message_rendering preview(struct fixture *fixture, const char *template_name, size_t language) {
    struct sample sample = {.template_name = template_name,
                            .participant = string_equal(template_name, "left-over") ? fixture->anna : 0,
                            .round = fixture->round,
                            .language = languages[language]};
    struct message_rendering rendering;
    assert_done(message_preview(&fixture->service, &sample, fixture->arena, &rendering, &error));
    return rendering;
}

static struct message_rendering render(struct fixture *fixture, struct outbox_row *row) {
    struct message_rendering rendering;
    row->key = row->template_name;
    row->step = "application";
    row->round = fixture->round;
    row->due_at = clock_now();
    row->expires_at = clock_now() + SECONDS_PER_DAY;
    row->detail = "{}";
    assert_done(message_render(&fixture->service, row, fixture->arena, &rendering, &error));
    return rendering;
}

/* What is asked again after that reply; sees to it that no doubt is missing. */
static struct message_rendering asked_again(struct fixture *fixture, size_t language) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    const struct form_set *forms =
        templates_form(fixture->service.templates, "application", languages[language], fixture->arena);
    const struct form *form = forms->forms[0];
    auto_text said_text = TEXT_EMPTY;
    text_append_format(&said_text, "%s\n11. ", doubtful[language]);
    for (int i = 0; i < 100; i++)
        text_append(&said_text, "Greenland, Iceland ");
    const char *said = text_string(&said_text);
    const struct questionnaire_reply reply = {.whole_text = said, .text = said, .now = clock_now()};
    struct questionnaire_reading reading;
    struct form_answer *answers = arena_take_array(fixture->arena, form->count, sizeof *answers);
    questionnaire_read(forms, &reply, NULL, fixture->arena, &reading);
    questionnaire_merge(form, reading.findings, clock_now(), answers, fixture->arena);
    bool seen[FORM_DOUBTS] = {[FORM_MISSING] = true},
         *open = arena_take_array(fixture->arena, form->count, sizeof *open);
    questionnaire_open(form, answers, open);
    for (size_t i = 0; i < form->count; i++)
        answers[i].asked += open[i];
    for (size_t i = 0; i < form->count; i++)
        if (answers[i].finding.state == FORM_UNCLEAR)
            seen[answers[i].finding.doubt] = true;
    for (int i = 0; i < FORM_DOUBTS; i++)
        if (!seen[i])
            fail_msg("%s: nothing of the doubt %d", languages[language], i);
    struct applicant applicant = {.round = fixture->round,
                                  .address = "anna.berg@example.net",
                                  .language = languages[language],
                                  .state = APPLICANT_UNCLEAR,
                                  .answers = answer_sheet_write(form, answers, fixture->arena),
                                  .asked_at = clock_now(),
                                  .expires_at = clock_now() + 14 * SECONDS_PER_DAY};
    assert_done(applicants_put(fixture->database, &applicant, applicant.address, &cause, &applicant.id, &error));
    struct outbox_row row = {
        .template_name = "application-unclear", .applicant = applicant.id, .address = applicant.address};
    return render(fixture, &row);
}

static struct message_rendering waiting(struct fixture *fixture, const char *for_what, size_t language) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct application application;
    assert_done(
        applications_find(fixture->database, fixture->anna, fixture->round, fixture->arena, &application, &error));
    assert_done(applications_wait(fixture->database, application.id, for_what, &cause, &error));
    run_sql(fixture, arena_format(fixture->arena, "UPDATE participant SET language = '%s'", languages[language]));
    struct outbox_row row = {.template_name = "application-waiting", .participant = fixture->anna};
    struct message_rendering rendering = render(fixture, &row);
    assert_done(applications_set_state(fixture->database, application.id, APPLICATION_ACCEPTED, &cause, &error));
    return rendering;
}

static void append(struct text *out, const char *heading, size_t language, struct message_rendering rendering) {
    auto_text titled = TEXT_EMPTY, subject = TEXT_EMPTY;
    text_append(&titled, heading);
    if (language)
        text_append_format(&titled, ", in %s", named[language]);
    text_append_format(&subject, "Subject: %s", rendering.subject);
    examples_append(out, text_string(&titled), text_string(&subject), rendering.plain);
}

static void test_applications(void **state) {
    static const struct {
        const char *heading, *template_name;
    } mails[] = {
        {"The form", "application"},
        {"Asked again, for every reason that there is", "application-unclear"},
        {"What was understood", "application-summary"},
        {"Accepted", "application-accepted"},
        {"Waiting: all places of the country are taken", "country"},
        {"Waiting: confirmed after the closing", "next"},
        {"Taken back with STOP", "application-gone"},
        {"The only reminder", "application-reminder"},
        {"The invitation to the next round", "invitation"},
        {"No partner found", "left-over"},
    };
    struct fixture *fixture = *state;
    auto_text text = TEXT_EMPTY;
    fixture->configuration.programme.languages = languages;
    fixture->configuration.programme.language_count = COUNT_OF(languages);
    run_sql(fixture, arena_format(fixture->arena,
                                  "UPDATE round SET state = 'open', closes_at = %lld, starts_at = %lld WHERE id = %lld",
                                  (long long)(FIXTURE_START + 19 * SECONDS_PER_DAY + 20 * SECONDS_PER_HOUR),
                                  (long long)(FIXTURE_START + 30 * SECONDS_PER_DAY), (long long)fixture->round));
    text_append(&text, "# Examples of applications\n\nWhat somebody is asked and told who applies, in the built-in "
                       "texts. Written by `make examples` from the\ntemplates; a test holds this page to them. "
                       "Introductions: [examples.md](examples.md).\n");
    for (size_t i = 0; i < COUNT_OF(mails); i++)
        for (size_t language = 0; language < COUNT_OF(languages); language++) {
            const char *name = mails[i].template_name;
            bool waits = string_equal(name, "country") || string_equal(name, "next");
            append(&text, mails[i].heading, language,
                   waits                                       ? waiting(fixture, name, language)
                   : string_equal(name, "application-unclear") ? asked_again(fixture, language)
                                                               : preview(fixture, name, language));
        }
    examples_hold("docs/examples-applications.md", &text);
}

int main(void) {
    const struct CMUnitTest tests[] = {fixture_test(test_applications)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
