#include "programme/sharing.h"

#include <string.h>

#include "base/text.h"

/* "Something else": it says nothing, and two who chose it have not chosen the same. */
static const char other[] = "other";

/* One of a value's parts: an option's key; a language, without its level. */
struct part {
    const char *at;
    size_t length;   /* with the level */
    size_t key_size; /* without */
};

static bool next_part(const char **rest, struct part *ret) {
    if (!*rest || !**rest)
        return false;
    size_t length = strcspn(*rest, ",");
    *ret = (struct part){*rest, length, strcspn(*rest, ":,")};
    *rest += length + ((*rest)[length] == ',');
    return true;
}

static bool find_part(const char *value, const char *key, size_t length, struct part *ret) {
    while (next_part(&value, ret))
        if (ret->key_size == length && memcmp(ret->at, key, length) == 0)
            return true;
    return false;
}

static bool has_key(const char *value, const char *key) {
    struct part part;
    return find_part(value, key, strlen(key), &part);
}

bool sharing_chose(const struct form *form, const char *const *answers, enum form_role role, const char *key) {
    int question = form_find_role(form, role);
    return question >= 0 && has_key(answers[question], key);
}

static bool is_option(const struct form_question *question, const struct part *part) {
    bool found = false;
    for (size_t i = 0; i < question->option_count && !found; i++)
        found = strlen(question->options[i].key) == part->length &&
                memcmp(question->options[i].key, part->at, part->length) == 0;
    return found;
}

static bool counts(const struct form_question *question, const struct part *part) {
    static const char basic[] = ":basic";
    if (question->kind == FORM_LANGUAGES)
        return part->length - part->key_size != strlen(basic) ||
               memcmp(part->at + part->key_size, basic, strlen(basic)) != 0;
    return is_option(question, part) && (part->length != strlen(other) || memcmp(part->at, other, strlen(other)) != 0);
}

/* VALUE without what says nothing, or is no option of the form any more; NULL where nothing is left. */
static const char *clean(const struct form_question *question, const char *value, struct arena *arena) {
    auto_text kept = TEXT_EMPTY;
    struct part part;
    if (question->kind != FORM_ONE_OF && question->kind != FORM_SEVERAL)
        return value;
    while (next_part(&value, &part))
        if (counts(question, &part))
            text_append_format(&kept, "%s%.*s", kept.length ? "," : "", (int)part.length, part.at);
    return kept.length ? arena_copy_string(arena, text_string(&kept)) : NULL;
}

const char *const *sharing_of(const struct form *form, const char *const *answers, struct arena *arena) {
    const char **shared = arena_take_array(arena, form->count, sizeof *shared);
    for (size_t i = 0; i < form->count; i++) {
        const struct form_question *question = &form->questions[i];
        if (question->role == FORM_ROLE_RHYTHM ||
            (question->shared_under && sharing_chose(form, answers, FORM_ROLE_SHARING, question->shared_under)))
            shared[i] = clean(question, answers[i], arena);
    }
    return shared;
}

const char *sharing_common(const struct form *form, size_t question, const char *const *const *shared, size_t count,
                           struct arena *arena) {
    const struct form_question *asked = &form->questions[question];
    auto_text common = TEXT_EMPTY;
    struct part part;
    if (asked->kind != FORM_ONE_OF && asked->kind != FORM_SEVERAL && asked->kind != FORM_LANGUAGES)
        return NULL;
    for (const char *rest = shared[0][question]; next_part(&rest, &part);) {
        bool all = counts(asked, &part);
        for (size_t i = 1; i < count && all; i++) {
            struct part theirs;
            all = find_part(shared[i][question], part.at, part.key_size, &theirs) && counts(asked, &theirs);
        }
        if (all)
            text_append_format(&common, "%s%.*s", common.length ? "," : "", (int)part.key_size, part.at);
    }
    return common.length ? arena_copy_string(arena, text_string(&common)) : NULL;
}

bool sharing_is_in(const char *value, const char *common) {
    struct part part, same;
    while (next_part(&value, &part))
        if (!find_part(common, part.at, part.key_size, &same))
            return false;
    return true;
}
