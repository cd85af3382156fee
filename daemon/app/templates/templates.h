#pragma once
/* The programme's templates as they stand on disk now: <directory>/<language>/<name>.md, topics in
 * <language>/topics/NN-name.md, pieces in <language>/_name.md; what people may answer in <language>/words.txt, what
 * coordinators are told in <language>/reasons.txt; forms in <language>/forms/NAME.form, and the words around them in
 * <language>/forms/phrases.txt. What is not there comes from the files built into the binary. An
 * edited file counts from its next use, without a restart; a broken one is reported once and its last good version
 * stays in use, also across restarts.
 *
 * Languages are tried as in BCP 47 lookup (RFC 4647 section 3.4): "pt-BR", "pt", the programme's, "en". */
#include <stdbool.h>
#include <stddef.h>

#include "app/templates/template_names.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/model.h"
#include "base/text.h"
#include "mail/template/markdown.h"
#include "mail/template/template_value.h"
#include "programme/phrase.h"
#include "programme/questionnaire.h"

struct templates;

/* What the loader asks of its owner. Any function may be NULL. */
struct templates_owner {
    void *context;
    /* The kind of a step's template; false: not a template of ours. Fixed names are known without asking. */
    bool (*find_schema)(void *context, const char *name, const struct template_schema **ret);
    /* Remember and recall the last good bytes of a file; PATH is relative to the directory ("en/welcome.md"). Saving
     * happens at a file's first use and whenever it changed. */
    void (*save)(void *context, const char *path, const char *bytes, size_t length);
    bool (*load)(void *context, const char *path, struct text *ret);
    /* Told once when a file is found broken (PROBLEM: all of it, one a line) and once when it is well (NULL): when it
     * was mended, and at its first use, so that a complaint from before a restart can be taken back. */
    void (*report)(void *context, const char *path, const char *problem);
};

/* DIRECTORY NULL: only what is built in. LANGUAGE: the programme's first language. Both are copied; OWNER may be NULL.
 */
struct templates *templates_new(const char *directory, const char *language, const struct templates_owner *owner);
void templates_free(struct templates *templates);

/* Looks at every file again at its next use. Without this a file is looked at once a second at most. */
void templates_look_again(struct templates *templates);

struct templates_request {
    const char *name;                     /* "introduction" */
    const char *language;                 /* the recipient's */
    int topic;                            /* n-th topic, from 1; 0: none */
    const struct template_schema *schema; /* template_names_schema(...) */
    struct template_value *values;        /* optional names that are missing, and topic.*, are added to it */
};

struct templates_message {
    const char *language; /* of the template that was used */
    const char *subject;
    const char *markdown, *plain, *html;
    const struct markdown_picture *pictures; /* that the HTML shows */
    size_t picture_count;
    enum template_reply_to reply_to;
    bool confirms;    /* it told the recipient what was understood of the last answer (confirmation.answer) */
    const char *hash; /* SHA-256 hex over the template, its topic and every piece used */
};

/* Renders a message; everything lives in ARENA. */
bool templates_render(struct templates *templates, const struct templates_request *request, struct arena *arena,
                      struct templates_message *ret, struct error *error);

/* What somebody of LANGUAGE may write to us: the words.txt of their language and of those tried after it. Valid until
 * the next call, or the next message is rendered; in ARENA. */
const struct words *templates_words(struct templates *templates, const char *language, struct arena *arena);

/* REASON (base/reason.h, with everything filled in) as coordinators who read LANGUAGE are told it: by their language's
 * reasons.txt, else as it is. In ARENA. */
const char *templates_reason(struct templates *templates, const char *reason, const char *language,
                             struct arena *arena);

/* What to do about a case of this REASON, likewise, else in English: one sentence each. ROW has the numbers that stand
 * in them; NULL: "ID" stands there. */
const char *const *templates_steps(struct templates *templates, const char *reason, const struct case_row *row,
                                   const char *language, struct arena *arena, size_t *ret_count);

/* ---- Forms ---- */

/* The form of applications to a round. */
#define APPLICATION_FORM "application"

/* The form NAME in every language that has it and words for it: LANGUAGE's, or what stands in for it, first. NULL where
 * there is none. Valid until the next call, or the next message is rendered; in ARENA. */
const struct form_set *templates_form(struct templates *templates, const char *name, const char *language,
                                      struct arena *arena);

/* The first of these alone, for showing answers; NULL where none of the languages that are tried for LANGUAGE has it.
 */
const struct form *templates_form_in(struct templates *templates, const char *name, const char *language,
                                     struct arena *arena);

/* LINES as Markdown for a template's {{{...}}}: each line literally and on a line of its own. In ARENA. */
const char *templates_form_markdown(struct form_lines lines, struct arena *arena);

/* ---- For `template list`, `template check`, `topic list` ---- */

struct templates_file {
    const char *path; /* "en/welcome.md", "en/topics/01-hello.md" */
    const char *language;
    const char *name;  /* "welcome"; of a topic "hello" */
    int number;        /* of a topic; else 0 */
    const char *title; /* of a topic; "" where it can't be read */
    bool built_in;     /* not on disk: the binary's own is used */
    bool piece;
};

struct templates_list {
    const struct templates_file *items; /* ordered by language, then number, then name */
    size_t count;
};

/* Languages for which there is any file on disk or built in, in order of name. */
const char **templates_languages(struct templates *templates, struct arena *arena, size_t *ret_count);

/* Messages and pieces of all languages; forms; topics of one language as its participants get them. */
struct templates_list templates_list(struct templates *templates, struct arena *arena);
struct templates_list templates_forms(struct templates *templates, struct arena *arena);
struct templates_list templates_topics(struct templates *templates, const char *language, struct arena *arena);

/* How many topics there are (in the programme's language, else in English). */
size_t templates_topic_count(struct templates *templates);

/* Checks every file as it stands on disk now, not its last good version, against the names its kind knows. WARNINGS:
 * what can be sent, but was hardly meant; may be NULL. */
void templates_check(struct templates *templates, struct error_list *problems, struct error_list *warnings);

/* For what LANGUAGE's words.txt, as it stands now, has no words ("REPORT, START"), in ARENA; NULL where it lacks
 * nothing, or there is none. */
const char *templates_words_lacking(const struct templates *templates, const char *language, struct arena *arena);

/* The reasons for which LANGUAGE's reasons.txt, as it stands now and as it is built in, has nothing to say. */
const char *const *templates_reasons_lacking(const struct templates *templates, const char *language,
                                             struct arena *arena, size_t *ret_count);

/* Sentences in LANGUAGE's reasons.txt that the service never says: "FILE:LINE: "SENTENCE"". */
const char *const *templates_reasons_unknown(const struct templates *templates, const char *language,
                                             struct arena *arena, size_t *ret_count);

/* NAMES joined as LANGUAGE joins a list of people ("Ben and Chen"); in ARENA. */
const char *templates_join(const char *language, const char *const *names, size_t count, struct arena *arena);
