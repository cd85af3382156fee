/* Goal: whatever way people answer a form and whatever their mail program makes of it, what they said is read, through
 * the same steps as real mail; what is not certain is asked, and nothing wrong is taken for certain. Replies are made
 * at random, the same ones in every run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/templates/templates.h"
#include "base/country.h"
#include "base/localise.h"
#include "form_fixture.h"
#include "mail/description.h"
#include "mail/template/markdown.h"
#include "words.h"

enum { REPLIES = 2016, QUESTIONS_MAX = 30 };

static uint64_t state_of_chance;
static unsigned chance(unsigned below) {
    state_of_chance ^= state_of_chance << 13;
    state_of_chance ^= state_of_chance >> 7;
    state_of_chance ^= state_of_chance << 17;
    return (unsigned)((state_of_chance >> 11) % below);
}
#define one_of(array) ((array)[chance(COUNT_OF(array))])

enum style {
    INLINE,         /* under each question */
    SAME_LINE,      /* behind each question */
    NUMBERED_ABOVE, /* "2. Sweden", above the quotation */
    NUMBERED_BELOW,
    LABELLED, /* "Country: Sweden" */
    IN_ORDER, /* nothing but the answers, one a line */
    MARKED,   /* options with an x, the others inline */
    HALF,
    SHUFFLED,
    RUN_TOGETHER, /* several a line */
    FULL_WIDTH,
    BARE_NUMBERS, /* "2 Sweden" */
    STYLES,
};
static const char *const style_names[] = {"inline",   "same line",    "numbered above", "numbered below",
                                          "labelled", "in order",     "marked",         "half a form",
                                          "shuffled", "run together", "full width",     "bare numbers"};

enum client { GMAIL, APPLE, OUTLOOK, OUTLOOK_MOBILE, THUNDERBIRD, WEBMAIL, HTML_ONLY, OUTLOOK_HTML, CLIENTS };
static const char *const client_names[] = {"Gmail",       "Apple Mail", "Outlook",   "Outlook mobile",
                                           "Thunderbird", "webmail",    "HTML only", "Outlook HTML"};

struct given {
    const char *written;
    const char *value; /* NULL: not answered */
    bool doubtful;     /* must be asked, or read right */
};

struct reply {
    struct arena *arena;
    struct form_set forms;
    const struct form *form;
    enum style style;
    enum client client;
    bool translated; /* the mail program showed the form in a language that isn't ours */
    struct given answers[QUESTIONS_MAX];
    char **sent; /* our mail's lines */
    size_t sent_count;
};

/* ---- Answers ---- */

static void answer_option(struct reply *reply, size_t i, struct given *answer) {
    const struct form_question *question = &reply->form->questions[i];
    size_t k = chance((unsigned)question->option_count);
    const struct form_option *option = &question->options[k];
    const char *word = option->words[0];
    if (chance(3) == 0)
        for (size_t j = 0; option->words[j]; j++)
            if (chance(2))
                word = option->words[j];
    answer->value = option->key;
    switch (chance(6)) {
    case 0:
        answer->written = word;
        break;
    case 1:
        answer->written = arena_format(reply->arena, "(%zu)", k + 1);
        break;
    case 2:
        answer->written = arena_format(reply->arena, "%zu - %s", k + 1, option->words[0]);
        break;
    default:
        answer->written = arena_format(reply->arena, "%zu", k + 1);
    }
}

static void answer_several(struct reply *reply, size_t i, struct given *answer) {
    const struct form_question *question = &reply->form->questions[i];
    static const char *const joints[] = {", ", " ", "; ", " & ", "/"};
    const char *joint = one_of(joints), *and = reply->form->words->lists[FORM_AND].shown;
    bool words = chance(3) == 0;
    auto_text keys = TEXT_EMPTY, written = TEXT_EMPTY;
    size_t count = 0, wanted = 1 + chance(3), total = question->option_count;
    if (words)
        joint = ", ";
    for (size_t k = 0; k < total && count < wanted; k++) {
        if (chance(2) && total - k > wanted - count)
            continue;
        bool last = count + 1 == wanted && count > 0 && chance(2);
        if (last)
            text_append_format(&written, " %s ", and);
        else
            text_append(&written, count ? joint : "");
        if (words)
            text_append(&written, question->options[k].words[0]);
        else
            text_append_format(&written, "%zu", k + 1);
        text_append_format(&keys, "%s%s", count ? "," : "", question->options[k].key);
        count++;
    }
    answer->value = arena_copy_string(reply->arena, text_string(&keys));
    answer->written = arena_copy_string(reply->arena, text_string(&written));
}

static const struct {
    const char *code, *own, *zone; /* zone: needed */
} countries[] = {
    {"SE", "Sverige", NULL},
    {"GR", "Ελλάδα", NULL},
    {"JP", "日本", NULL},
    {"FR", "France", NULL},
    {"DE", "Deutschland", NULL},
    {"NG", "Nigeria", NULL},
    {"IN", "भारत", NULL},
    {"EG", "مصر", NULL},
    {"FI", "Suomi", NULL},
    {"US", "USA", "Chicago"},
    {"BR", "Brasil", "Sao Paulo"},
    {"AU", "Australia", "Sydney"},
    {"CA", "Canada", "Toronto"},
    {"ZA", "South Africa", NULL},
    {"GB", "the UK", NULL},
    {"CO", "Colombia", NULL},
    {"SN", "Sénégal", NULL},
    {"CI", "Côte d'Ivoire", NULL},
    {"PH", "Pilipinas", NULL},
    {"KR", "대한민국", NULL},
    {"UA", "Україна", "Kyiv"},
    {"NE", "Niger", NULL},
    {"MX", "México", "Mexico City"},
};

static const char *in_language(const char *code, const char *language, struct arena *arena) {
    return localise_country(arena, code, language);
}

static void answer_country(struct reply *reply, struct given *answer, size_t which) {
    const char *code = countries[which].code, *named = in_language(code, reply->form->language, reply->arena);
    answer->value = code;
    switch (chance(12)) {
    case 0:
    case 1:
        answer->written = countries[which].own;
        break;
    case 2:
        answer->written = in_language(code, "en", reply->arena);
        break;
    case 3:
        answer->written = in_language(code, "ru", reply->arena);
        break;
    case 4:
        answer->written = arena_format(reply->arena, "%s.", named);
        break;
    case 5:
        answer->written = code;
        break;
    case 6: { /* a slip */
        char *slip = arena_copy_string(reply->arena, named);
        size_t length = strlen(slip);
        if (length > 6 && (unsigned char)slip[2] < 128 && (unsigned char)slip[3] < 128)
            memmove(slip + 2, slip + 3, length - 2);
        answer->written = slip;
        answer->doubtful = true;
        break;
    }
    default:
        answer->written = named;
    }
}

static void answer_languages(struct reply *reply, struct given *answer) {
    static const char *const codes[] = {"en", "fr", "es", "sv", "de", "pt", "ja", "ar", "el", "sw"};
    auto_text value = TEXT_EMPTY, written = TEXT_EMPTY;
    const char *spoken = chance(4) ? reply->form->language : "en";
    size_t start = chance(COUNT_OF(codes)), count = 1 + chance(3);
    bool and = chance(2);
    for (size_t i = 0; i < count; i++) {
        const char *code = codes[(start + 3 * i) % COUNT_OF(codes)];
        bool basic = chance(5) == 0;
        text_append_format(&value, "%s%s%s", i ? "," : "", code, basic ? ":basic" : "");
        if (i)
            text_append_format(&written, and&&i + 1 == count ? " %s " : ", ",
                               reply->form->words->lists[FORM_AND].shown);
        text_append(&written, localise_language(reply->arena, code, chance(6) ? spoken : code));
        if (basic)
            text_append_format(&written, " (%s)", reply->form->words->lists[FORM_BASIC].shown);
    }
    answer->value = arena_copy_string(reply->arena, text_string(&value));
    answer->written = arena_copy_string(reply->arena, text_string(&written));
}

static void answer_yes(struct reply *reply, bool agreement, struct given *answer) {
    const struct form_words *words = reply->form->words;
    bool yes = agreement || chance(2);
    answer->value = yes ? "yes" : "no";
    const char *said = words->lists[yes ? FORM_YES : FORM_NO].shown;
    static const char *const patterns[] = {"%s", "%s!", "%s.", "*%s*"};
    switch (chance(4)) {
    case 0:
        answer->written = arena_format(reply->arena, "%c%s", said[0] - ('a' - 'A'), said + 1);
        break;
    case 1:
        answer->written = string_equal(patterns[chance(4)], "%s!") ? arena_format(reply->arena, "%s!", said)
                                                                   : arena_format(reply->arena, "%s.", said);
        break;
    default:
        answer->written = said;
    }
}

static void answer_text(struct reply *reply, struct given *answer) {
    static const char *const texts[] = {"From a colleague",
                                        "Facebook",
                                        "un ami me l'a dit",
                                        "Me gusta escribir cartas y conocer gente",
                                        "I read about it in a newsletter.",
                                        "my sister - she did it last year",
                                        "2 friends told me"};
    answer->written = answer->value = one_of(texts);
    (void)reply;
}

static void answer_all(struct reply *reply) {
    static const char *const people[] = {"Anna Berg",    "José Núñez",      "Mette Sørensen-Holm", "山田太郎",
                                         "Élodie Petit", "Ngozi A. Okafor", "O'Brien, Pat",        "Мария Иванова"};
    size_t which = chance(COUNT_OF(countries));
    for (size_t i = 0; i < reply->form->count; i++) {
        const struct form_question *question = &reply->form->questions[i];
        struct given *answer = &reply->answers[i];
        bool left_out = !question->required && chance(4) == 0 && reply->style != IN_ORDER;
        switch (question->kind) {
        case FORM_TEXT:
            if (i == 0)
                answer->written = answer->value = one_of(people);
            else
                answer_text(reply, answer);
            break;
        case FORM_ONE_OF:
            answer_option(reply, i, answer);
            break;
        case FORM_SEVERAL:
            answer_several(reply, i, answer);
            break;
        case FORM_YES_NO:
        case FORM_AGREEMENT:
            answer_yes(reply, question->kind == FORM_AGREEMENT, answer);
            break;
        case FORM_COUNTRY:
            answer_country(reply, answer, which);
            break;
        case FORM_LANGUAGES:
            answer_languages(reply, answer);
            break;
        case FORM_ZONE:
            if (countries[which].zone) {
                answer->written = countries[which].zone;
                answer->value = NULL;
                char zone[COUNTRY_ZONE_SIZE];
                if (country_find_zone(answer->written, zone))
                    answer->value = arena_copy_string(reply->arena, zone);
            } else
                left_out = reply->style != IN_ORDER;
            if (!answer->written)
                answer->written = "-";
            break;
        case FORM_RATING:
            answer->value = arena_format(reply->arena, "%u", 1 + chance(5));
            answer->written = chance(4) ? answer->value : arena_format(reply->arena, "%s/5", answer->value);
            break;
        case FORM_DATE:
            fail();
        }
        if (left_out)
            *answer = (struct given){0};
    }
    for (size_t i = reply->form->count / 2; reply->style == HALF && i < reply->form->count; i++)
        reply->answers[i] = (struct given){0};
}

/* ---- Our mail ---- */

static const char *const opening =
    "Dear friend,\n\nGood to hear from you. Please answer these questions by replying to "
    "this mail, as you like: below each of them, or with their numbers.";
static const char *const closing =
    "If you would rather not, you need do nothing.\n\nWarmly,\\\nthe people of Friends\n\n"
    "* * *\n\nYou get this mail because somebody asked for it from your address. "
    "Help: friends+help@example.org";

static const char *markdown_of(struct reply *reply) {
    return arena_format(reply->arena, "%s\n\n%s\n%s\n", opening,
                        templates_form_markdown(questionnaire_ask(reply->form, NULL, NULL, reply->arena), reply->arena),
                        closing);
}

/* What a mail program's translation leaves of a line: its numbers and marks. */
static void translate(const char *line, struct text *ret) {
    bool name = true;
    for (const char *at = line; *at; at++)
        if (((unsigned char)*at | 32) >= 'a' && ((unsigned char)*at | 32) <= 'z') {
            text_append(ret, name ? "ba" : (at - line) % 3 ? "" : "lo");
            name = false;
        } else if ((unsigned char)*at < 128) {
            text_append_char(ret, *at);
            name = true;
        }
}

static void add_sent(struct reply *reply, const char *line, size_t length) {
    auto_text shown = TEXT_EMPTY;
    auto_string copy = memory_copy_bytes(line, length);
    if (reply->translated)
        translate(copy, &shown);
    else
        text_append(&shown, copy);
    reply->sent[reply->sent_count++] = arena_copy_string(reply->arena, text_string(&shown));
}

/* Mail programs that quote with marks break our long lines. */
static void set_sent(struct reply *reply, size_t columns) {
    auto_text plain = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(markdown_to_plain(markdown_of(reply), &plain, &error));
    reply->sent = arena_take_array(reply->arena, 1000, sizeof *reply->sent);
    for (const char *at = text_string(&plain); *at;) {
        size_t length = strcspn(at, "\n"), part = length;
        if (columns && length > columns) {
            part = columns;
            while (part > 0 && at[part] != ' ')
                part--;
            part = part ? part : length;
        }
        add_sent(reply, at, part);
        at += part + (at[part] == '\n' || at[part] == ' ');
    }
}

/* The question that begins on a line of ours; -1 for none. */
static int question_on(const char *line) {
    return *line == '*' && line[1] >= '1' && line[1] <= '9' && strchr(line, '.') ? atoi(line + 1) - 1 : -1;
}

/* ---- The person's lines ---- */

static const char *full_width(const char *digits, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    for (; *digits; digits++)
        if (*digits >= '0' && *digits <= '9')
            text_append_codepoint(&text, (uint32_t)(0xFF10 + *digits - '0'));
        else
            text_append_char(&text, *digits);
    return arena_copy_string(arena, text_string(&text));
}

/* Those that stand above, below, or alone; "" for the styles that answer inside. */
static const char *list_of(struct reply *reply) {
    static const char *const patterns[] = {"%zu. ", "%zu) ", "%zu: ", "%zu - ", "(%zu) ", "%zu.  "};
    const char *pattern = one_of(patterns);
    auto_text out = TEXT_EMPTY;
    size_t order[QUESTIONS_MAX], count = reply->form->count;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = 0; i < count && reply->style == SHUFFLED; i++) {
        size_t j = chance((unsigned)count), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    bool polite = chance(2), together = false;
    if (polite)
        text_append(&out, string_equal(reply->form->language, "fr")   ? "Bonjour,\n\n"
                          : string_equal(reply->form->language, "es") ? "Hola,\n\n"
                                                                      : "Hello,\n\n");
    for (size_t k = 0; k < count; k++) {
        size_t i = order[k];
        const struct given *answer = &reply->answers[i];
        if (!answer->written)
            continue;
        char number[32];
        snprintf(number, sizeof number, "%zu", i + 1);
        if (reply->style == RUN_TOGETHER) {
            text_append_format(&out, "%s%zu. %s", together ? " " : "", i + 1, answer->written);
            together = k % 3 != 2;
            text_append(&out, together ? "" : "\n");
            continue;
        }
        if (reply->style == LABELLED)
            text_append_format(&out, "%s: ", reply->form->questions[i].label);
        else if (reply->style == FULL_WIDTH)
            text_append_format(&out, "%s. ", full_width(number, reply->arena));
        else if (reply->style == BARE_NUMBERS)
            text_append_format(&out, "%s ", number);
        else if (reply->style != IN_ORDER) {
            char head[32];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(head, sizeof head, pattern, i + 1);
#pragma GCC diagnostic pop
            text_append(&out, head);
        }
        const char *written = answer->written;
        if (reply->style == FULL_WIDTH && reply->form->questions[i].option_count)
            written = full_width(written, reply->arena);
        text_append_format(&out, "%s\n", written);
    }
    if (polite)
        text_append(&out, string_equal(reply->form->language, "fr")   ? "\nMerci,\nAnna\n"
                          : string_equal(reply->form->language, "es") ? "\nMuchas gracias,\nAnna\n"
                                                                      : "\nMany thanks,\nAnna\n");
    return arena_copy_string(reply->arena, text_string(&out));
}

static bool is_inside(const struct reply *reply) {
    return reply->style == INLINE || reply->style == SAME_LINE || reply->style == MARKED;
}

static bool is_marked(const struct reply *reply, size_t i) {
    enum form_kind kind = reply->form->questions[i].kind;
    return reply->style == MARKED && (kind == FORM_ONE_OF || kind == FORM_SEVERAL);
}

/* KEY is one of those in VALUE. */
static bool has_key(const char *value, const char *key) {
    size_t length = strlen(key);
    for (const char *at = value; at && (at = strstr(at, key)); at++)
        if ((at == value || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

/* Our mail as it is quoted, MARK before each line, with answers inside where the style is such; those without the mark
 * or, of a program that colours them, with it. */
static void quote(struct reply *reply, const char *mark, bool answers_marked, struct text *out) {
    static const char *const ticks[] = {"x ", "[x] ", "X ", "\u2713 ", "[X] "};
    const char *tick = one_of(ticks), *own = answers_marked ? mark : "";
    int question = -1;
    size_t option = 0;
    bool written = true;
    for (size_t i = 0; i <= reply->sent_count; i++) {
        const char *line = i < reply->sent_count ? reply->sent[i] : "";
        int begun = question_on(line);
        bool blank = !*line, is_option = *line == '(' && line[1] >= '1' && line[1] <= '9' && !strstr(line, "(2)\u00A0");
        if (blank && question >= 0 && !written) {
            if (reply->style != SAME_LINE) {
                text_append_format(out, "%s%s\n", own, reply->answers[question].written);
                written = true;
            }
        }
        if (begun >= 0) {
            question = begun;
            option = 0;
            written = !reply->answers[question].written || !is_inside(reply);
        }
        if (is_option && question >= 0 && !written && is_marked(reply, (size_t)question)) {
            const struct form_question *asked = &reply->form->questions[question];
            if (option < asked->option_count && has_key(reply->answers[question].value, asked->options[option].key)) {
                text_append_format(out, "%s%s%s\n", chance(2) ? "" : mark, tick, line);
                option++;
                if (option == asked->option_count)
                    written = true;
                continue;
            }
            option++;
            if (option == asked->option_count)
                written = true;
        }
        text_append_format(out, "%s%s", blank && *mark ? ">" : mark, line);
        /* Behind the last line of the question itself. */
        const char *next = i + 1 < reply->sent_count ? reply->sent[i + 1] : "";
        if (reply->style == SAME_LINE && !written && question >= 0 && (!*next || *next == '(') && !blank) {
            text_append_format(out, " %s", reply->answers[question].written);
            written = true;
        }
        text_append(out, i < reply->sent_count ? "\n" : "");
    }
}

/* ---- Mail programs ---- */

static void header(struct text *out, const char *type) {
    text_append_format(out,
                       "From: Anna <anna@example.org>\r\nTo: friends+r@example.org\r\nSubject: Re: Your application\r\n"
                       "Message-ID: <1@example.org>\r\nDate: Mon, 1 Feb 2027 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
                       type);
}

static void escape(struct text *out, const char *text) {
    for (; *text; text++)
        if (*text == '&')
            text_append(out, "&amp;");
        else if (*text == '<')
            text_append(out, "&lt;");
        else if (*text == '\n')
            text_append(out, "<br>\n");
        else
            text_append_char(out, *text);
}

/* Our HTML with coloured answers inside, as editors that quote it let people write. */
static void html_quote(struct reply *reply, struct text *out) {
    auto_text html = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(markdown_to_html(markdown_of(reply), reply->form->language, "x", &html, &error));
    const char *body = strstr(text_string(&html), "<body");
    body = strchr(body, '>') + 1;
    const char *end = strstr(body, "</body>");
    for (size_t i = 0; i < reply->form->count && is_inside(reply); i++) {
        if (!reply->answers[i].written)
            continue;
        const char *question = strstr(body, arena_format(reply->arena, "<strong>%zu. ", i + 1));
        assert_non_null(question);
        const char *until = strstr(question, reply->style == SAME_LINE ? "<br>" : "</p>");
        const char *paragraph = strstr(question, "</p>");
        if (!until || until > paragraph)
            until = paragraph;
        text_append_bytes(out, body, (size_t)(until - body));
        bool inside = reply->style == SAME_LINE || chance(2);
        text_append(out, inside ? reply->style == SAME_LINE ? " " : "<br>" : "</p><p>");
        text_append(out, "<span style=\"color:#C00000\"><b>");
        escape(out, reply->answers[i].written);
        text_append(out, "</b></span>");
        body = until;
    }
    text_append_bytes(out, body, (size_t)(end - body));
}

static void write_html(struct reply *reply, const char *list, bool outlook, struct text *out) {
    header(out, "text/html");
    text_append(out, "<html><body><div dir=\"ltr\">");
    escape(out, list);
    text_append(out, "</div>");
    if (outlook) {
        text_append(out, "<div><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\">"
                         "<p class=MsoNormal><b>From:</b> Friends &lt;friends@example.org&gt;<br><b>Sent:</b> Monday, "
                         "February 1, 2027 9:00 AM<br><b>To:</b> Anna &lt;anna@example.org&gt;<br><b>Subject:</b> Your "
                         "application</p></div></div>");
        html_quote(reply, out);
    } else {
        text_append(out,
                    "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, Feb 1, 2027 at "
                    "9:00 AM Friends &lt;friends@example.org&gt; wrote:<br></div><blockquote class=\"gmail_quote\" "
                    "style=\"margin:0 0 0 .8ex\">");
        html_quote(reply, out);
        text_append(out, "</blockquote></div>");
    }
    text_append(out, "</body></html>\n");
}

static void write_plain(struct reply *reply, const char *list, struct text *out) {
    static const char *const introductions[] = {
        [GMAIL] = "On Mon, Feb 1, 2027 at 9:00 AM Friends <friends@example.org> wrote:\n\n",
        [APPLE] = "On 1 Feb 2027, at 09:00, Friends <friends@example.org> wrote:\n\n",
        [OUTLOOK] =
            "-----Original Message-----\nFrom: Friends <friends@example.org>\nSent: Monday, February 1, 2027 9:00 "
            "AM\nTo: Anna <anna@example.org>\nSubject: Your application\n\n",
        [OUTLOOK_MOBILE] =
            "________________________________\nFrom: Friends <friends@example.org>\nSent: Monday, February "
            "1, 2027 9:00:00 AM\nTo: Anna <anna@example.org>\nSubject: Your application\n\n",
        [THUNDERBIRD] = "Am 01.02.27 um 09:00 schrieb Friends:\n",
        [WEBMAIL] = "",
    };
    static const char *const signatures[] = {
        [APPLE] = "Sent from my iPhone\n", [OUTLOOK_MOBILE] = "Get Outlook for iOS\n", [WEBMAIL] = ""};
    bool marked = reply->client == GMAIL || reply->client == APPLE || reply->client == THUNDERBIRD;
    bool below = reply->style == NUMBERED_BELOW;
    const char *signature =
        reply->client < COUNT_OF(signatures) && signatures[reply->client] ? signatures[reply->client] : "";
    auto_text body = TEXT_EMPTY;
    if (!below && !is_inside(reply))
        text_append_format(&body, "%s\n%s%s", list, signature, *signature ? "\n" : "");
    /* Webmail without quotations: mostly nothing is quoted at all. */
    if (reply->client != WEBMAIL || is_inside(reply) || chance(2)) {
        text_append(&body, introductions[reply->client]);
        quote(reply, marked ? "> " : "", false, &body);
    }
    if (below)
        text_append_format(&body, "\n%s", list);
    header(out, "text/plain");
    for (const char *at = text_string(&body); *at; at++)
        text_append_format(out, *at == '\n' ? "\r\n" : "%c", *at);
}

static void write_mail(struct reply *reply, struct text *out) {
    static const size_t columns[] = {[GMAIL] = 74, [APPLE] = 0, [OUTLOOK] = 0, [THUNDERBIRD] = 70, [CLIENTS - 1] = 0};
    set_sent(reply, columns[reply->client]);
    const char *list = is_inside(reply) ? "" : list_of(reply);
    if (reply->client == HTML_ONLY || reply->client == OUTLOOK_HTML)
        write_html(reply, list, reply->client == OUTLOOK_HTML, out);
    else
        write_plain(reply, list, out);
}

/* ---- Whether it was read ---- */

struct score {
    size_t replies, right, wrong, answers, clear, asked, missed, wrong_answers;
};

static bool telling;
static void tell(const struct reply *reply, size_t i, const struct form_finding *finding, const char *what) {
    if (telling)
        print_message("%s: %s, %s, %s%s: %s \"%s\" -> %s (expected %s, doubt %d)\n", what, style_names[reply->style],
                      client_names[reply->client], reply->form->language, reply->translated ? " translated" : "",
                      reply->form->questions[i].name, reply->answers[i].written ? reply->answers[i].written : "",
                      finding->state == FORM_CLEAR     ? finding->value
                      : finding->state == FORM_UNCLEAR ? "(unclear)"
                                                       : "(empty)",
                      reply->answers[i].value ? reply->answers[i].value : "nothing", finding->doubt);
}

static void count_answers(const struct reply *reply, const struct questionnaire_reading *reading, struct score *score) {
    bool right = true, wrong = false;
    for (size_t i = 0; i < reading->count; i++) {
        const struct form_finding *finding = &reading->findings[i];
        const struct given *answer = &reply->answers[i];
        score->answers += answer->value != NULL;
        if (finding->state == FORM_CLEAR && string_equal(finding->value, answer->value)) {
            score->clear++;
        } else if (finding->state == FORM_CLEAR) {
            wrong = true;
            score->wrong_answers++;
            tell(reply, i, finding, "WRONG");
        } else if (answer->value && !(answer->doubtful && finding->state == FORM_UNCLEAR)) {
            right = false;
            score->missed += finding->state == FORM_EMPTY;
            score->asked += finding->state == FORM_UNCLEAR;
            tell(reply, i, finding, "missed");
        } else if (!answer->value && finding->state == FORM_UNCLEAR && !answer->written) {
            right = false;
            tell(reply, i, finding, "made up");
        } else
            score->asked += finding->state == FORM_UNCLEAR;
    }
    score->replies++;
    score->right += right && !wrong;
    score->wrong += wrong;
}

static struct form_set forms_of[2][3]; /* by form and language */

static void try_reply(size_t number, struct score *total, struct score *by_style, struct score *by_client) {
    auto_arena arena = arena_new();
    struct reply reply = {.arena = arena};
    auto_text mail = TEXT_EMPTY;
    state_of_chance = UINT64_C(0x9E3779B97F4A7C15) * (number + 1);
    for (int i = 0; i < 10; i++)
        chance(2);
    reply.forms = forms_of[number / 3 % 5 == 4][number % 3];
    reply.form = reply.forms.forms[0];
    reply.style = (enum style)(number / 3 % STYLES);
    reply.client = (enum client)(number / (3 * STYLES) % CLIENTS);
    answer_all(&reply);
    reply.translated = reply.style != MARKED && reply.style != SAME_LINE && reply.client != HTML_ONLY &&
                       reply.client != OUTLOOK_HTML && chance(8) == 0;
    write_mail(&reply, &mail);
    static const struct description_settings settings = {.address = "friends@example.org", .separator = '+'};
    struct description description;
    description_make(text_string(&mail), mail.length, &settings, arena, &description);
    assert_int_equal(description.kind, MAIL_HUMAN);
    struct questionnaire_reply said = {.whole_text = description.whole_text, .text = description.text, .now = TEST_NOW};
    struct questionnaire_reading reading;
    auto_text sent = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(markdown_to_plain(markdown_of(&reply), &sent, &error));
    /* Where the mail that is answered is at hand, all of its lines are known for ours. */
    if (reply.client == WEBMAIL || number % 2)
        said.sent = text_string(&sent);
    questionnaire_read(&reply.forms, &said, test_words_of(reply.form->language), arena, &reading);
    size_t missed = total->wrong + total->replies - total->right;
    telling = getenv("VERBOSE") != NULL;
    count_answers(&reply, &reading, total);
    telling = false;
    count_answers(&reply, &reading, &by_style[reply.style]);
    count_answers(&reply, &reading, &by_client[reply.client]);
    if (getenv("SHOW") && missed < total->wrong + total->replies - total->right &&
        (size_t)atoi(getenv("SHOW")) == number)
        printf("%s\n---- own:\n%s\n---- whole:\n%s\n---- rest: %s\n", text_string(&mail), description.text,
               description.whole_text, reading.rest);
    else if (getenv("VERBOSE") && missed < total->wrong + total->replies - total->right)
        print_message("^ number %zu\n", number);
}

static void show(const char *name, const struct score *score) {
    print_message("# %-16s %5zu replies, %6.2f%% read right, %5.2f%% with a wrong answer; of %zu answers %zu clear, "
                  "%zu asked, %zu missed, %zu wrong\n",
                  name, score->replies, 100.0 * (double)score->right / (double)score->replies,
                  100.0 * (double)score->wrong / (double)score->replies, score->answers, score->clear, score->asked,
                  score->missed, score->wrong_answers);
}

static void test_replies(void **state) {
    (void)state;
    struct score total = {0}, by_style[STYLES] = {0}, by_client[CLIENTS] = {0};
    static const char *const languages[] = {"en", "fr", "es"};
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        forms_of[0][i] = test_form("application", languages[i], arena);
        forms_of[1][i] = test_form("survey-closing", languages[i], arena);
    }
    size_t first = getenv("SHOW") ? (size_t)atoi(getenv("SHOW")) : 0, end = getenv("SHOW") ? first + 1 : REPLIES;
    if (getenv("FIRST")) {
        first = (size_t)atoi(getenv("FIRST"));
        end = first + REPLIES;
    }
    for (size_t i = first; i < end; i++)
        try_reply(i, &total, by_style, by_client);
    for (size_t i = 0; i < STYLES; i++)
        if (by_style[i].replies)
            show(style_names[i], &by_style[i]);
    for (size_t i = 0; i < CLIENTS; i++)
        if (by_client[i].replies)
            show(client_names[i], &by_client[i]);
    show("all", &total);
    test_words_free();
    assert_true(total.right * 100 >= total.replies * 98);
    assert_true(total.wrong * 1000 <= total.replies * 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_replies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
