#include "app/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "mail/html/html_text.h"
#include "mail/message/charset.h"

struct parser {
    struct sandbox *sandbox;
};

/* The settings cross to the parser process as four strings, each with its NUL; "" stands for none. */
static void encode_settings(const struct description_settings *settings, struct text *out) {
    const char separator[] = {settings->separator, '\0'};
    const char *const values[] = {settings->address, separator, settings->authserv_id, settings->loop_mark};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        text_append(out, values[i]);
        text_append_char(out, '\0');
    }
}

static struct description_settings decode_settings(const char *bytes, size_t length) {
    const char *values[4] = {NULL};
    for (size_t i = 0; i < COUNT_OF(values) && length > 0; i++) {
        const char *end = memchr(bytes, '\0', length);
        if (!end)
            break;
        values[i] = *bytes ? bytes : NULL;
        length -= (size_t)(end - bytes) + 1;
        bytes = end + 1;
    }
    return (struct description_settings){values[0], values[1] ? *values[1] : '\0', values[2], values[3]};
}

static void work(const char *settings, size_t settings_length, const char *bytes, size_t length, struct text *answer) {
    const struct description_settings decoded = decode_settings(settings, settings_length);
    auto_arena arena = arena_new();
    struct description description;
    description_make(bytes, length, &decoded, arena, &description);
    auto_string json = description_to_json(&description, NULL);
    text_append(answer, json);
}

/* Describes a mail that needs all that the libraries load lazily. */
static void prepare(void) {
    static const char sample[] = "From: =?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <yamada@example.org>\r\n"
                                 "Subject: =?windows-1252?Q?caf=E9?=\r\n"
                                 "Date: Mon, 1 Jul 2013 10:00:00 +0200\r\n"
                                 "Content-Type: text/html; charset=gb2312\r\n\r\n"
                                 "<p>\xc4\xe3\xba\xc3 &eacute;<blockquote>1</blockquote>";
    charset_prepare();
    html_text_prepare();
    struct text answer = TEXT_EMPTY;
    work("", 0, sample, sizeof sample - 1, &answer);
    text_free(&answer);
}

struct parser *parser_start(struct error *error) {
    static const struct sandbox_task task = {prepare, work};
    struct sandbox *sandbox = sandbox_start(&task, &sandbox_limits_default, error);
    if (!sandbox)
        return NULL;
    struct parser *parser = memory_new(sizeof *parser);
    parser->sandbox = sandbox;
    return parser;
}

void parser_stop(struct parser *parser) {
    if (!parser)
        return;
    sandbox_stop(parser->sandbox);
    free(parser);
}

bool parser_is_alive(const struct parser *parser) {
    return sandbox_is_alive(parser->sandbox);
}

void parser_on_progress(struct parser *parser, void (*progress)(void *context), void *context) {
    sandbox_on_progress(parser->sandbox, progress, context);
}

static void describe_failure(const struct sandbox_input *mail, const char *reason, struct arena *arena,
                             struct description *ret) {
    char hash[HASH_HEX_SIZE];
    hash_sha256_hex(mail->bytes, mail->length, hash);
    *ret = (struct description){
        .kind = MAIL_UNREADABLE,
        .why = arena_copy_string(arena, reason),
        .from = {"", ""},
        .message_id = "",
        .subject = "",
        .text = "",
        .whole_text = "",
        .body_hash = arena_copy_string(arena, hash),
    };
}

bool parser_describe(struct parser *parser, const struct description_settings *settings,
                     const struct sandbox_input *mails, size_t count, struct arena *arena, struct description *ret,
                     struct error *error) {
    auto_text encoded = TEXT_EMPTY;
    encode_settings(settings, &encoded);
    struct sandbox_output *outputs = memory_new_array(count, sizeof *outputs);
    bool done = sandbox_run(parser->sandbox, text_string(&encoded), encoded.length, mails, count, outputs, error);
    for (size_t i = 0; i < count && done; i++) {
        struct error wrong = ERROR_INIT;
        if (!outputs[i].bytes)
            describe_failure(&mails[i], outputs[i].reason, arena, &ret[i]);
        else if (!description_from_json(outputs[i].bytes, outputs[i].length, arena, &ret[i], &wrong))
            describe_failure(&mails[i], wrong.message, arena, &ret[i]);
    }
    sandbox_output_free(outputs, count);
    free(outputs);
    return done;
}

/* What fails on this is no mail's fault. */
bool parser_try(struct parser *parser, struct error *error) {
    static const char sample[] = "From: <friends@example.org>\r\nSubject: Sample\r\n\r\n1\r\n";
    const struct description_settings settings = {0};
    const struct sandbox_input mail = {sample, sizeof sample - 1};
    auto_arena arena = arena_new();
    struct description description;
    if (!parser_describe(parser, &settings, &mail, 1, arena, &description, error))
        return false;
    return description.kind != MAIL_UNREADABLE ||
           error_set(error, ERROR_CONFIGURATION,
                     "%s, and no mail is read without that. Where the kernel, container or service manager refuses "
                     "seccomp filters or resource limits to tandempost: allow them, then restart it; tandempost check "
                     "tells whether it works",
                     description.why);
}
