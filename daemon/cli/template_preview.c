#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "base/clock.h"
#include "base/language.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "cli/wrap.h"
#include "mail/message/address.h"
#include "mail/template/markdown.h"
#include "store/outbox.h"
#include "store/transaction.h"

enum { TOPIC_MOST = 999, TEST_EXPIRY = SECONDS_PER_DAY };

#define FORMS_FOLDER "forms/" /* as `template list` has it */

#define SAMPLE_OPTIONS                                                                                                 \
    {"participant", 0, "PARTICIPANT", "as this participant gets it (else the first recipient, or made-up people)",     \
     NULL},                                                                                                            \
        {"language", 0, "TAG", "in this language instead of the recipient's", NULL},                                   \
        {"topic", 0, "N", "the message of the N-th month (else the next one)", NULL},                                  \
        {"answers", 0, "HOW", "as if partners had applied and shared it: all, or none (else as it is)",                \
         COMMAND_CHOICE("all and none")},                                                                              \
    {                                                                                                                  \
        "letters", 0, "WHOSE", "as if letters were known: yours, theirs, both, none or unknown (else as it is)",       \
            COMMAND_CHOICE("yours, theirs, both, none and unknown")                                                    \
    }

/* ---- What both commands are told ---- */

static int read_sample(struct context *context, struct arena *arena, struct sample *ret) {
    const struct invocation *invocation = context->invocation;
    const char *participant = invocation_option(invocation, "participant"),
               *language = invocation_option(invocation, "language"), *topic = invocation_option(invocation, "topic");
    struct sample sample = {.template_name = invocation_argument(invocation, 0),
                            .letters = invocation_option(invocation, "letters"),
                            .answers = invocation_option(invocation, "answers")};
    struct error error = ERROR_INIT;
    struct participant found;
    char tag[LANGUAGE_SIZE];
    if (topic &&
        (!string_to_integer(topic, &sample.occurrence) || sample.occurrence < 1 || sample.occurrence > TOPIC_MOST))
        return command_usage_error(invocation, "--topic takes the number of a month, from 1, not \"%s\".", topic);
    if (language) {
        const struct programme_settings *programme = &context->configuration.programme;
        if (!language_read(language, programme->languages, programme->language_count, tag, &error))
            return command_usage_error(invocation, "--language: %s", error.message);
        sample.language = arena_copy_string(arena, tag);
        if (!string_starts_with(language_choose(tag, programme->languages, programme->language_count), tag))
            return command_refuse("Nobody is written to in \"%s\": it does not stand in languages = {...} of the "
                                  "configuration.",
                                  tag);
    }
    if (participant) {
        if (!reference_participant(context->database, participant, arena, &found, &error))
            return context_refuse(&error);
        sample.participant = found.id;
    }
    *ret = sample;
    return EXIT_DONE;
}

/* The service would go on with the last good version of a broken file; whoever looks at a file wants to hear of it. */
static int refuse_broken(struct service *service, const char *name, struct arena *arena) {
    auto_error_list all = ERROR_LIST_EMPTY, its_own = ERROR_LIST_EMPTY;
    const char *end = arena_format(arena, "/%s.md", name), *form = arena_format(arena, "/%s.form", name);
    templates_check(service->templates, &all, NULL);
    for (size_t i = 0; i < all.count; i++) {
        const struct error_list_entry *entry = &all.entries[i];
        if (entry->file &&
            (string_ends_with(entry->file, end) || string_ends_with(entry->file, form) || strstr(entry->file, "/_")))
            error_list_add(&its_own, entry->file, entry->line, "%s", entry->message);
    }
    if (its_own.count == 0)
        return EXIT_DONE;
    faults_print(&its_own);
    return command_refuse("The template \"%s\" has an error, so the service would use its last good version.", name);
}

static bool preview(struct service *service, const struct sample *sample, struct arena *arena,
                    struct message_rendering *ret, struct error *error) {
    auto_transaction rolled_back = TRANSACTION_NONE;
    return transaction_begin_alone(service->database, &rolled_back, error) &&
           message_preview(service, sample, arena, ret, error);
}

/* ---- template preview: one message ---- */

static void print_message(const struct message_rendering *rendering) {
    auto_text head = TEXT_EMPTY;
    text_append_format(&head, "To:       %s\nLanguage: %s\nSubject:  %s\n\n", rendering->recipient, rendering->language,
                       rendering->subject);
    size_t width = table_terminal_width(stdout);
    wrap_print(stdout, text_string(&head), 0, width, "");
    wrap_print(stdout, rendering->plain, 0, width, "");
}

static int show_one(const struct context *context, struct service *service, const struct sample *sample,
                    const char *format, struct arena *arena) {
    static const struct column columns[] = {
        COLUMN(TEXT, struct message_rendering, recipient, "recipient", NULL),
        COLUMN(TEXT, struct message_rendering, language, "language", NULL),
        COLUMN(TEXT, struct message_rendering, subject, "subject", NULL),
        COLUMN(TEXT, struct message_rendering, plain, "text", NULL),
        COLUMN(TEXT, struct message_rendering, html, "html", NULL),
        {0},
    };
    struct message_rendering rendering;
    struct error error = ERROR_INIT;
    if (!preview(service, sample, arena, &rendering, &error))
        return context_refuse(&error);
    if (rendering.nothing_to_say)
        return command_refuse("There would be no such message: %s.", rendering.nothing_to_say);
    if (context->invocation->json)
        columns_show(context, columns, &rendering);
    else if (string_equal(format, "html"))
        printf("%s", rendering.html);
    else if (string_equal(format, "eml"))
        fwrite(rendering.bytes, 1, rendering.length, stdout);
    else
        print_message(&rendering);
    return EXIT_DONE;
}

/* ---- template preview: a form ---- */

/* The questions as a mail would have them; false where the name is no form's. */
static bool show_form(const struct context *context, struct service *service, const struct sample *wanted,
                      const char *format, struct arena *arena, int *ret_code) {
    static const struct column columns[] = {
        COLUMN(TEXT, struct message_rendering, language, "language", NULL),
        COLUMN(TEXT, struct message_rendering, plain, "text", NULL),
        COLUMN(TEXT, struct message_rendering, html, "html", NULL),
        {0},
    };
    const char *name = wanted->template_name;
    enum message_kind kind;
    /* A mail may be called like its form. */
    if (template_names_fixed_kind(name, &kind) || sequence_find_template(&service->sequence, name))
        return false;
    name += string_starts_with(name, FORMS_FOLDER) ? strlen(FORMS_FOLDER) : 0;
    const struct form_set *forms = templates_form(service->templates, name, wanted->language, arena);
    auto_text plain = TEXT_EMPTY, html = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!forms)
        return false;
    const struct form *form = forms->forms[0];
    const char *markdown = templates_form_markdown(questionnaire_ask(form, NULL, NULL, arena), arena);
    if (!markdown_to_plain(markdown, &plain, &error) ||
        !markdown_to_html(markdown, form->language, name, &html, &error)) {
        *ret_code = context_refuse(&error);
        return true;
    }
    *ret_code = EXIT_DONE;
    if (context->invocation->json)
        columns_show(context, columns,
                     &(struct message_rendering){
                         .language = form->language, .plain = text_string(&plain), .html = text_string(&html)});
    else if (string_equal(format, "html"))
        printf("%s", text_string(&html));
    else if (string_equal(format, "eml"))
        *ret_code = command_refuse("A form is part of a mail; it is shown as text or html.");
    else
        wrap_print(stdout, text_string(&plain), 0, table_terminal_width(stdout), "");
    return true;
}

/* ---- template preview: everybody's ---- */

struct tried {
    int64_t participant, partnership;
    const char *recipient, *language, *subject, *problem; /* PROBLEM NULL: it can be made */
    bool good;
};

static struct column_words subject_words(const void *tried, struct arena *arena) {
    const struct tried *row = tried;
    (void)arena;
    return row->good ? (struct column_words){row->subject, TONE_PLAIN} : (struct column_words){"FAILS", TONE_BAD};
}

static int show_all(struct context *context, struct service *service, const struct sample *wanted,
                    struct arena *arena) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct tried, participant, "participant", "ID"),
        COLUMN(LONG, struct tried, recipient, "recipient", "RECIPIENT"),
        COLUMN(NUMBER, struct tried, partnership, "partnership", "PARTNERSHIP"),
        COLUMN(TEXT, struct tried, language, "language", "LANG"),
        COLUMN(BOOLEAN, struct tried, good, "good", NULL),
        COLUMN(TEXT, struct tried, subject, "subject", NULL),
        COLUMN_LONG_WORDS(subject_words, NULL, "SUBJECT"),
        COLUMN(TEXT, struct tried, problem, "problem", NULL),
        {0},
    };
    struct sample_list recipients;
    struct error error = ERROR_INIT;
    auto_error_list failures = ERROR_LIST_EMPTY;
    if (!sample_recipients(service, wanted->template_name, arena, &recipients, &error))
        return context_refuse(&error);
    struct progress *progress cleanup(progress_free_pointer) = progress_new("Rendering", recipients.count);
    struct tried *rows = arena_take_array(arena, recipients.count, sizeof *rows);
    for (size_t i = 0; i < recipients.count; i++) {
        auto_arena one = arena_new();
        struct message_rendering rendering = {0};
        struct error problem = ERROR_INIT;
        struct sample sample = recipients.items[i];
        sample.language = wanted->language;
        sample.occurrence = wanted->occurrence;
        sample.letters = wanted->letters;
        sample.answers = wanted->answers;
        bool good = preview(service, &sample, one, &rendering, &problem);
        if (!good)
            error_list_add(&failures, NULL, 0, "Participant %" PRId64 ": %s", sample.participant, problem.message);
        rows[i] = (struct tried){
            .participant = sample.participant,
            .partnership = sample.partnership,
            .recipient = arena_copy_string(arena, rendering.recipient),
            .language = arena_copy_string(arena, rendering.language),
            .subject = good ? arena_copy_string(arena, rendering.subject) : NULL,
            .problem = good ? NULL : arena_copy_string(arena, problem.message),
            .good = good,
        };
        progress_to(progress, i + 1);
    }
    columns_list(context, columns, (struct column_rows){rows, recipients.count, sizeof *rows},
                 "Nobody is to get this message as things stand.");
    if (!failures.count)
        return EXIT_DONE;
    if (context->invocation->json)
        return EXIT_REFUSED;
    faults_print(&failures);
    return command_refuse("%zu of %zu messages can't be made.", failures.count, recipients.count);
}

static int run_preview(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct sample sample = {0};
    struct error error = ERROR_INIT;
    const char *format = invocation_option(invocation, "format");
    bool all = invocation_switch(invocation, "all-recipients");
    if (all && (format || invocation_option(invocation, "participant")))
        return command_usage_error(invocation, "--all-recipients tells for each whether the message can be made; look "
                                               "at one with --participant.");
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct service *service = context_look(&context, &error);
    if (!service)
        return context_refuse(&error);
    code = read_sample(&context, arena, &sample);
    if (code == EXIT_DONE)
        code = refuse_broken(service, sample.template_name, arena);
    if (code != EXIT_DONE)
        return code;
    if (!all && show_form(&context, service, &sample, format, arena, &code))
        return code;
    return all ? show_all(&context, service, &sample, arena) : show_one(&context, service, &sample, format, arena);
}

const struct command template_preview_command = {
    .name = "template preview",
    .summary = "a message as it would be sent now",
    .help = "Shows the message that the service would make of a template, with everything filled in; the secret "
            "addresses in it act for nobody, and nothing is sent or kept. A partnership that has not begun counts as "
            "beginning now. While there are no participants, made-up people are shown.\n"
            "With --all-recipients it is made for everybody who is still to get it; exit code 1 where that fails for "
            "anybody. Of a form the questions are shown.",
    .flags = COMMAND_LISTS,
    .options = {SAMPLE_OPTIONS,
                {"format", 'f', "FORMAT", "text, html, or eml: the whole mail", COMMAND_CHOICE("text, html and eml")},
                {"all-recipients", 0, NULL, "try it for every real recipient", NULL}},
    .arguments = {{"NAME", "the template or form: \"introduction\"", NULL, ARGUMENT_NEEDED}},
    .run = run_preview,
};

/* ---- template send-test ---- */

struct test {
    struct sample sample;
    struct address to;
    struct arena *arena;
};

static bool queue_test(struct context *context, struct error *error) {
    const struct test *test = context->subject;
    struct message_rendering rendering;
    struct service *service = context_service(context, error);
    if (!service || !preview(service, &test->sample, test->arena, &rendering, error))
        return false;
    if (rendering.nothing_to_say)
        return error_set(error, ERROR_PERMANENT, "There would be no such message: %s.", rendering.nothing_to_say);
    char unique[17];
    random_secret(unique, sizeof unique - 1);
    int64_t now = clock_now(), id;
    bool is_new;
    struct event_cause cause = context_cause(context, "a test mail was asked for");
    struct outbox_row row = {
        .key = arena_format(test->arena, "test/%s", unique),
        .priority = PRIORITY_ANSWER,
        .step = MESSAGE_TEST_STEP,
        .template_name = test->sample.template_name,
        .address = test->to.text,
        .detail = sample_to_detail(&test->sample, test->arena),
        .due_at = now,
        .expires_at = now + TEST_EXPIRY,
    };
    if (!outbox_insert(context->database, &row, &cause, &id, &is_new, error))
        return false;
    context_tell(context, "Queued \"[test] %s\" to %s as message %" PRId64 ".", rendering.subject, test->to.text, id);
    context_tell(context,
                 "The service sends it at once, if it runs. What became of it: tandempost outbox show %" PRId64, id);
    return true;
}

static int run_send_test(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct test test = {.arena = arena};
    const char *to = invocation_option(invocation, "to");
    if (!to)
        return command_usage_error(invocation, "It needs --to ADDRESS: where the test mail goes.");
    if (!address_parse(to, &test.to, &error))
        return command_usage_error(invocation, "--to: %s", error.message);
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct service *service = context_look(&context, &error);
    if (!service)
        return context_refuse(&error);
    code = read_sample(&context, arena, &test.sample);
    if (code == EXIT_DONE)
        code = refuse_broken(service, test.sample.template_name, arena);
    context.subject = &test;
    return code == EXIT_DONE ? context_change(&context, queue_test) : code;
}

const struct command template_send_test_command = {
    .name = "template send-test",
    .summary = "sends a message to an address of your own, marked as a test",
    .help = "Sends what a participant would get to ADDRESS instead, with \"[test]\" before the subject, through the "
            "service and so exactly on the way that real messages take. The secret addresses in it act for nobody: a "
            "reply or a click changes nothing for the participant.",
    .flags = COMMAND_CHANGES,
    .options = {{"to", 0, "ADDRESS", "where it goes; needed", NULL}, SAMPLE_OPTIONS},
    .arguments = {{"NAME", "the template: \"introduction\"", NULL, ARGUMENT_NEEDED}},
    .run = run_send_test,
};
