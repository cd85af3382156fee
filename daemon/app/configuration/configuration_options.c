#include "app/configuration/configuration_options.h"

#include <stddef.h>

#include "app/configuration/configuration.h"
#include "base/suggest.h"
#include "base/text.h"

#define AT(structure, member) .offset = offsetof(struct structure, member)
#define KB INT64_C(1000)
#define MB (1000 * KB)
#define DAY INT64_C(86400)

static const char *const tls_choices[] = {"required", "none, mail and password travel readable", NULL};
static const char *const relay_choices[] = {"auto", "yes", "no", NULL};
static const char *const uncertain_choices[] = {"resend", "hold", NULL};
static const char *const after_choices[] = {"flag", "move", "delete", NULL};
static const char *const measure_choices[] = {"common", "wished", "near", "awake", NULL};
static const char *const audience_choices[] = {"participant", "partnership", NULL};

static const struct option_spec programme_options[] = {
    {"name", OPTION_TEXT, AT(programme_settings, name), .required = true,
     .example = "\"International Librarians Network\"",
     .help = "The programme's name, as it stands in messages and as their sender."},
    {"address", OPTION_ADDRESS, AT(programme_settings, address), .required = true, .example = "\"iln@example.org\"",
     .help = "The programme's one mail address: messages come from it, and everybody writes to it."},
    {"separator", OPTION_SPECIAL, .standard = "\"+\"",
     .help =
         "What stands between the address and a tag in sub-addresses such as iln+rk3x...@example.org: +, - or =, as "
         "the mail provider has it."},
    {"catch_all", OPTION_BOOLEAN, AT(programme_settings, catch_all), .standard = "no", .example = "yes",
     .help = "Yes: every address of the domain reaches the programme, so that tags need no separator. The domain must "
             "have no other mail."},
    {"languages", OPTION_LANGUAGES, AT(programme_settings, languages),
     .count_offset = offsetof(struct programme_settings, language_count), .standard = "{ \"en\" }",
     .example = "{ \"en\", \"fr\", \"pt-BR\" }",
     .help = "The languages in which the programme writes (BCP 47), its own first. Participants with another language "
             "get the first."},
    {"time_zone", OPTION_ZONE, AT(programme_settings, time_zone), .standard = "\"UTC\"",
     .example = "\"Australia/Sydney\"",
     .help = "The programme's own time zone (IANA), for coordinators and for moments that belong to nobody else."},
    {"database", OPTION_PATH, AT(programme_settings, database), .standard = "\"/var/lib/tandempost/tandempost.db\"",
     .help = "The SQLite file that holds all state."},
    {"templates", OPTION_PATH, AT(programme_settings, templates), .standard = "\"/etc/tandempost/templates\"",
     .help = "The folder of message templates and topics. Whatever it lacks comes from the built-in ones."},
    {"relay", OPTION_CHOICE, AT(programme_settings, relay), .standard = "\"auto\"", .choices = relay_choices,
     .help =
         "Whether partners write to each other through the programme: Reply to the introduction reaches the partner, "
         "and a contact is logged. That needs sub-addresses; \"auto\" uses it where `tandempost check --online` has "
         "found that they work, and with the embedded post office. With \"no\" introductions give the partners' own "
         "addresses and ask for the programme in Cc."},
    {"authserv_id", OPTION_TEXT, AT(programme_settings, authserv_id), .example = "\"mx.example.org\"",
     .help = "The name under which your own mail server reports in Authentication-Results (RFC 8601). Only its reports "
             "are believed; without it none are."},
    {"list_id", OPTION_TEXT, AT(programme_settings, list_id), .example = "\"iln.example.org\"",
     .help = "The List-Id (RFC 2919) of the programme's messages, by which people can file them. By default made from "
             "the address: iln.example.org."},
    {0},
};

#define SECRET_OPTIONS(structure, credential)                                                                          \
    {"password_credential", OPTION_SECRET, AT(structure, secret), .example = "\"" credential "\"",                     \
     .help = "The name of the systemd credential with the password; tandempost.service takes it from "                 \
             "/etc/credstore/tandempost." credential ". One of the four "                                              \
             "ways to give a secret, of which at most one may stand here."},                                           \
        {"password_file", OPTION_SECRET, AT(structure, secret), .example = "\"/etc/tandempost/" credential "\"",       \
         .help = "A file whose first line is the password. It must be readable by its owner alone (chmod 600)."},      \
        {"password_command", OPTION_SECRET, AT(structure, secret), .example = "\"pass show " credential "\"",          \
         .help = "A command that prints the password as its first line. Run without a shell, within 30 seconds; for "  \
                 "a pipe write: sh -c '...'."},                                                                        \
    {                                                                                                                  \
        "oauth2_token_command", OPTION_SECRET, AT(structure, secret),                                                  \
            .example = "\"oauth2-token iln@example.org\"",                                                             \
            .help =                                                                                                    \
                "A command that prints an OAuth 2 access token, for providers that take no passwords any more. Run "   \
                "for each new connection."                                                                             \
    }

#define CONNECTION_OPTIONS(structure)                                                                                  \
    {"ca_file", OPTION_PATH, AT(structure, ca_file), .example = "\"/etc/tandempost/ca.pem\"",                          \
     .help = "Certificates to trust instead of the system's, as PEM."},                                                \
        {"tls",                                                                                                        \
         OPTION_CHOICE,                                                                                                \
         AT(structure, tls),                                                                                           \
         .standard = "\"required\"",                                                                                   \
         .choices = tls_choices,                                                                                       \
         .help = "Connections are encrypted and the server's certificate is checked. The other value turns that off "  \
                 "where nothing else will do, such as a server on this very machine."},                                \
    {                                                                                                                  \
        "timeout", OPTION_SECONDS, AT(structure, timeout),                                                             \
            .standard = "\"1 minute\"", .least = 5, .most = 3600,                                                      \
            .help = "How long to wait for a connection and for each of the server's replies."                          \
    }

static const struct option_spec outgoing_options[] = {
    {"url", OPTION_SPECIAL, .required = true, .example = "\"smtps://mail.example.org\"",
     .help = "The server that takes our mail: smtps://HOST (port 465), smtp://HOST (port 587, then STARTTLS), or "
             "maildir:PATH for the embedded post office, where nothing leaves the machine."},
    {"user", OPTION_TEXT, AT(outgoing_settings, user), .example = "\"iln\"",
     .help = "The name to log in with. Without it there is no login."},
    SECRET_OPTIONS(outgoing_settings, "smtp-password"),
    CONNECTION_OPTIONS(outgoing_settings),
    {"connections", OPTION_NUMBER, AT(outgoing_settings, connections), .standard = "4", .least = 1, .most = 50,
     .help = "How many connections to keep open at once."},
    {"per_second", OPTION_NUMBER, AT(outgoing_settings, per_second), .standard = "0", .example = "5", .least = 0,
     .most = 10000, .help = "At most so many messages a second; 0 for no limit."},
    {"per_hour", OPTION_NUMBER, AT(outgoing_settings, per_hour), .standard = "0", .example = "100", .least = 0,
     .most = 10000000,
     .help = "At most so many messages within an hour; 0 for no limit. Letters and answers go first."},
    {"per_day", OPTION_NUMBER, AT(outgoing_settings, per_day), .standard = "0", .example = "500", .least = 0,
     .most = 10000000, .help = "At most so many messages within 24 hours, as the provider allows; 0 for no limit."},
    {"uncertain", OPTION_CHOICE, AT(outgoing_settings, uncertain), .standard = "\"resend\"",
     .choices = uncertain_choices,
     .help =
         "What to do with a message whose connection died after it was handed over and before the server's reply, so "
         "that nobody can know whether it was taken: send it once more with the same Message-ID, or hold it for a "
         "coordinator."},
    {0},
};

static const struct option_spec incoming_options[] = {
    {"url", OPTION_SPECIAL, .required = true, .example = "\"imaps://mail.example.org/INBOX\"",
     .help = "The mailbox in which mail for the programme arrives: imaps://HOST/FOLDER (port 993), imap://HOST/FOLDER "
             "(port 143, then STARTTLS), or maildir:PATH for the embedded post office."},
    {"user", OPTION_TEXT, AT(incoming_settings, user), .example = "\"iln\"", .help = "The name to log in with."},
    SECRET_OPTIONS(incoming_settings, "imap-password"),
    CONNECTION_OPTIONS(incoming_settings),
    {"poll_every", OPTION_SECONDS, AT(incoming_settings, poll_every), .standard = "\"5 minutes\"", .least = 10,
     .most = DAY,
     .help = "How often to look for mail. In between, a server that can tells of new mail at once (IDLE)."},
    {"after", OPTION_CHOICE, AT(incoming_settings, after), .choices = after_choices, .example = "\"delete\"",
     .help =
         "What becomes of a message on the server once it was handled: it gets a flag, is moved to done_folder, or is "
         "deleted. By default it is moved if a done_folder is named, else flagged. Letters that were passed on are "
         "always deleted."},
    {"done_folder", OPTION_TEXT, AT(incoming_settings, done_folder), .example = "\"Handled\"",
     .help = "The folder for handled messages; made if it isn't there."},
    {"message_limit", OPTION_BYTES, AT(incoming_settings, message_limit), .standard = "\"25 MB\"", .least = 64 * KB,
     .most = 1000 * MB, .help = "Larger messages are not fetched; their sender is told."},
    {"alert_after", OPTION_SECONDS, AT(incoming_settings, alert_after), .standard = "\"2 hours\"", .least = 60,
     .most = 30 * DAY, .help = "Coordinators hear of a mailbox that could not be reached for so long."},
    {0},
};

static const struct option_spec round_options[] = {
    {"length", OPTION_DURATION, AT(round_settings, length), .standard = "\"6 months\"",
     .help = "How long a partnership lasts, counted from its own introduction: from a day to 120 months."},
    {"send_at", OPTION_TIME_OF_DAY, AT(round_settings, send_at), .standard = "\"09:00\"",
     .help = "The time of day at which steps are sent, in each recipient's own time zone. What an outage or a hold "
             "kept back is sent between then and nine in the evening."},
    {0},
};

static const struct option_spec enrolment_options[] = {
    {"country_share", OPTION_NUMBER, AT(enrolment_settings, country_share), .standard = "20", .least = 1, .most = 100,
     .help =
         "So many per cent of a round's people may be of one country; who comes later waits for a place, first come "
         "first served. 100: as many as like."},
    {"country_minimum", OPTION_NUMBER, AT(enrolment_settings, country_minimum), .standard = "5", .least = 1,
     .most = 1000000, .help = "So many of one country may take part whatever their share, as a round begins small."},
    {"remind_after", OPTION_SECONDS, AT(enrolment_settings, remind_after), .standard = "\"5 days\"", .least = DAY,
     .most = 60 * DAY, .help = "Who has not answered for so long while applying is reminded, once."},
    {"confirm_within", OPTION_SECONDS, AT(enrolment_settings, confirm_within), .standard = "\"14 days\"", .least = DAY,
     .most = 90 * DAY,
     .help = "An application that is not confirmed within so long, or until the day after the closing if that is "
             "sooner, is deleted."},
    {"invite", OPTION_BOOLEAN, AT(enrolment_settings, invite), .standard = "yes", .example = "no",
     .help = "When a round opens, whoever took part before, or waits, is invited to it with their answers filled in."},
    {0},
};

static const struct option_spec retention_options[] = {
    {"people", OPTION_DURATION, AT(retention_settings, people), .standard = "\"3 years\"",
     .help = "Who has taken part in nothing and written nothing for so long is erased, as tandempost participant erase "
             "does. tandempost check says a month before whom that is going to meet."},
    {"notes", OPTION_DURATION, AT(retention_settings, notes), .standard = "\"2 years\"",
     .help = "Coordinators' notes are deleted after so long."},
    {"mail", OPTION_DURATION, AT(retention_settings, mail), .standard = "\"6 months\"",
     .help = "A mail that nobody has looked at for so long waits no more, and its text is deleted."},
    {0},
};

static const struct option_spec step_options[] = {
    {"to", OPTION_CHOICE, AT(step_settings, to), .choices = audience_choices, .required = true,
     .example = "\"partnership\"",
     .help = "Whom it goes to: each participant by themselves, or the members of each partnership."},
    {"when", OPTION_MOMENT, AT(step_settings, when), .required = true, .example = "\"start + 7 days\"",
     .help = "accepted, start, monthly or end, with as much added or taken away as you like: start + 7 days, monthly + "
             "14 days, end - 1 week. Monthly is the start plus one month, two months and so on."},
    {"at", OPTION_TEXT, AT(step_settings, at), .example = "\"18:30\"",
     .help = "A time of day of its own, where the round's send_at doesn't suit."},
    {"template", OPTION_TEXT, AT(step_settings, template_name), .example = "\"check-in\"",
     .help = "The template's name; by default the step's own."},
    {"asks", OPTION_TEXT, AT(step_settings, asks), .example = "\"check-in\"",
     .help = "The question that the message puts, so that a reply counts as its answer."},
    {"form", OPTION_TEXT, AT(step_settings, form), .example = "\"survey-middle\"",
     .help = "The survey that the message asks: a form, templates/LANGUAGE/forms/NAME.form. Who does not answer is "
             "reminded once, after a week."},
    {"topics", OPTION_BOOLEAN, AT(step_settings, topics), .standard = "no", .example = "yes",
     .help = "Each month's message carries the next discussion topic."},
    {"expires", OPTION_TEXT, AT(step_settings, expires), .example = "\"10 days\"",
     .help = "Not sent any more when it is late by so much; by default half the time to the step's next occasion."},
    {0},
};

static const struct option_spec matching_options[] = {
    {"waiting", OPTION_NUMBER, AT(matching_settings, waiting), .standard = "20", .least = 0, .most = 100,
     .help = "How much it weighs that somebody was left over before, for each time, so that nobody is left over again "
             "and again."},
    {"awake_from", OPTION_TIME_OF_DAY, AT(matching_settings, awake_from), .standard = "\"07:00\"",
     .help = "When people's day begins, where they live: waking hours that partners have in common count from then."},
    {"awake_until", OPTION_TIME_OF_DAY, AT(matching_settings, awake_until), .standard = "\"22:00\"",
     .help = "When it ends."},
    {0},
};

static const struct option_spec criterion_options[] = {
    {"measure", OPTION_CHOICE, AT(criterion_settings, measure), .choices = measure_choices, .required = true,
     .example = "\"common\"",
     .help = "How the answers of two people become points. common: options that both chose, all points for three; "
             "wished: half the points for each whose wish is fulfilled; near: options in an order, the nearer the "
             "more; awake: waking hours in common, where both want to talk live, all points for six."},
    {"weight", OPTION_NUMBER, AT(criterion_settings, weight), .standard = "10", .least = 0, .most = 100,
     .help = "How much it counts beside the others."},
    {"wish", OPTION_TEXT, AT(criterion_settings, wish), .example = "\"wish_sector\"",
     .help = "For wished: the question whose options \"same\" and \"different\" say what somebody wishes; its other "
             "options say that it does not matter."},
    {"question", OPTION_TEXT, AT(criterion_settings, question), .example = "\"sector\"",
     .help = "The question whose answers are compared; by default the one called like the criterion."},
    {0},
};

static const struct option_spec column_options[] = {
    {"question", OPTION_TEXT, AT(column_settings, question), .required = true, .example = "\"country\"",
     .help = "The question of the application form that the column answers; or \"email\"; or \"language\", the one to "
             "write in. Columns of one question are put together."},
    {0},
};

static const struct option_spec coordinator_options[] = {
    {"address", OPTION_ADDRESS, AT(coordinator, address), .required = true, .example = "\"kate@example.org\"",
     .help = "Where alerts and questions go, and from where the coordinator may write."},
    {"countries", OPTION_COUNTRIES, AT(coordinator, countries),
     .count_offset = offsetof(struct coordinator, country_count), .example = "{ \"NZ\", \"AU\" }",
     .help =
         "The countries that this coordinator looks after (ISO 3166-1, two letters). Without it: all that nobody else "
         "has."},
    {"languages", OPTION_LANGUAGES, AT(coordinator, languages),
     .count_offset = offsetof(struct coordinator, language_count), .example = "{ \"fr\" }",
     .help =
         "In which language mail to this coordinator is written: the first that there are texts in. Without it: the "
         "programme's first."},
    {"stand_by", OPTION_BOOLEAN, AT(coordinator, stand_by), .standard = "no", .example = "yes",
     .help = "Yes: where the matching leaves somebody over, this coordinator writes to one of them instead."},
    {0},
};

const struct section_spec configuration_sections[] = {
    {"programme", NULL, "The programme itself.", programme_options},
    {"outgoing", NULL, "Where mail goes.", outgoing_options},
    {"incoming", NULL, "Where mail comes from.", incoming_options},
    {"round", NULL, "What all rounds have in common.", round_options},
    {"enrolment", NULL, "Applying for a round by mail.", enrolment_options},
    {"retention", NULL, "How long what is held of people is kept.", retention_options},
    {"step", "NAME",
     "One message of the sequence. Where the file has no step at all, the standard sequence is used: welcome, "
     "introduction, "
     "first-contact, discussion, check-in, closing.",
     step_options},
    {"matching", NULL, "How people are brought together: tandempost match propose.", matching_options},
    {"criterion", "NAME",
     "What makes two people good partners, by their answers to the application form. Where the file has no criterion "
     "at all, those of the standard form are used.",
     criterion_options},
    {"column", "HEADING",
     "A column of the CSV file that a web form gives out, by its heading, for tandempost participant import. Not "
     "needed "
     "where the heading is the label, the words or the name of a question of the application form.",
     column_options},
    {"coordinator", "NAME", "Somebody who runs the programme. There must be at least one.", coordinator_options},
    {0},
};

const struct section_spec *configuration_options_find_section(const char *name) {
    for (const struct section_spec *section = configuration_sections; section->name; section++)
        if (string_equal(section->name, name))
            return section;
    return NULL;
}

const struct option_spec *configuration_options_find(const struct section_spec *section, const char *name) {
    for (const struct option_spec *option = section->options; option->name; option++)
        if (string_equal(option->name, name))
            return option;
    return NULL;
}

/* ---- Names that there are not ---- */

static const char *nearest_option(const struct section_spec *section, const char *name) {
    size_t count = 0;
    while (section->options[count].name)
        count++;
    return suggest_nearest_in(name, &section->options[0].name, count, sizeof section->options[0]);
}

static const char *section_with_option(const char *name) {
    for (const struct section_spec *section = configuration_sections; section->name; section++)
        if (configuration_options_find(section, name))
            return section->name;
    return NULL;
}

static const char *option_names(const struct section_spec *section, struct arena *arena) {
    auto_text names = TEXT_EMPTY;
    for (const struct option_spec *option = section->options; option->name; option++)
        text_append_format(&names, "%s%s", names.length ? ", " : "", option->name);
    return arena_copy_string(arena, text_string(&names));
}

static const char *section_words(const char *name, struct arena *arena) {
    const char *near = suggest_nearest_in(name, &configuration_sections[0].name, COUNT_OF(configuration_sections) - 1,
                                          sizeof configuration_sections[0]);
    const char *home = section_with_option(name);
    if (near)
        return arena_format(arena, "There is no section \"%s\"; did you mean \"%s\"?", name, near);
    if (home)
        return arena_format(arena, "\"%s\" stands outside of all sections; it belongs into section %s { ... }.", name,
                            home);
    return arena_format(
        arena,
        "There is no section \"%s\". The sections are programme, outgoing, incoming, round, enrolment, retention, "
        "step \"NAME\", matching, criterion \"NAME\", column \"HEADING\" and coordinator \"NAME\".",
        name);
}

static const char *nearest_elsewhere(const char *name, const char **ret_section) {
    for (const struct section_spec *section = configuration_sections; section->name; section++) {
        const char *near = nearest_option(section, name);
        *ret_section = section->name;
        if (near)
            return near;
    }
    return NULL;
}

const char *configuration_options_unknown(const struct section_spec *section, int line, const char *where,
                                          const char *name, struct arena *arena) {
    if (!section)
        return section_words(name, arena);
    if (configuration_options_find_section(name) || string_equal(name, "include"))
        return arena_format(arena, "\"%s\" begins before section %s, opened on line %d, has ended: a } is missing.",
                            name, section->name, line);
    const char *other, *near = nearest_option(section, name), *home = section_with_option(name);
    if (near)
        return arena_format(arena, "There is no \"%s\" %s; did you mean \"%s\"?", name, where, near);
    if (home)
        return arena_format(arena, "There is no \"%s\" %s; it belongs into section %s.", name, where, home);
    near = nearest_elsewhere(name, &other);
    if (near)
        return arena_format(arena, "There is no \"%s\" %s; did you mean \"%s\", which belongs into section %s?", name,
                            where, near, other);
    return arena_format(arena, "There is no \"%s\" %s. There are: %s.", name, where, option_names(section, arena));
}
