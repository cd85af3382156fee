#include <string.h>

#include "base/fold.h"
#include "programme/questionnaire_reply.h"

enum { UNCLEAR_SHARE = 8 /* one answer in so many may be unclear where they are told by their order alone */ };

bool questionnaire_found_is_asked(const struct reader *reader, size_t question, bool without_zones) {
    return (!reader->reply->asked || reader->reply->asked[question]) &&
           !(without_zones && reader->form->questions[question].kind == FORM_ZONE);
}

/* ---- Each question's answer ---- */

static const char *join(struct reader *reader, const struct piece *pieces, size_t count) {
    auto_text joined = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        text_append_format(&joined, "%s%s", i ? "\n" : "", pieces[i].text);
    return arena_copy_string(reader->arena, text_string(&joined));
}

static bool same(const struct form_finding *a, const struct form_finding *b) {
    return a->state == FORM_CLEAR && b->state == FORM_CLEAR && string_equal(a->value, b->value);
}

/* Where a mail program translated the form and marked nothing as quoted, the question itself stands before the answer,
 * and perhaps its options. */
static void drop_translated(struct found *found) {
    size_t from = 0;
    if (!found->numbered || found->count < 2 || !strchr(found->pieces[0].text, '?'))
        return;
    for (from = 1; from < found->count && *found->pieces[from].text == '('; from++)
        ;
    found->count -= from;
    memmove(found->pieces, found->pieces + from, found->count * sizeof *found->pieces);
}

static void read_pieces(struct reader *reader, size_t question, const struct form_context *context,
                        struct form_finding *ret) {
    struct found *found = &reader->found[question];
    enum form_kind kind = reader->form->questions[question].kind;
    size_t first = 1;
    struct form_finding more;
    drop_translated(found);
    while (first < found->count && !found->pieces[first].after_blank)
        first++;
    if (kind == FORM_TEXT && !found->numbered)
        first = found->count;
    form_value_read(reader->forms, question, join(reader, found->pieces, first), context, reader->arena, ret);
    if (kind == FORM_TEXT && found->numbered && ret->state == FORM_CLEAR && strchr(ret->value, '?'))
        *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_NOT_UNDERSTOOD};
    if (first < found->count) {
        const char *extra = join(reader, found->pieces + first, found->count - first);
        form_value_read(reader->forms, question, extra, context, reader->arena, &more);
        bool several = kind == FORM_SEVERAL || kind == FORM_LANGUAGES;
        if (kind == FORM_TEXT || more.state != FORM_CLEAR)
            questionnaire_reply_keep(reader, extra);
        else if (ret->state == FORM_CLEAR && several)
            form_value_read(reader->forms, question, join(reader, found->pieces, found->count), context, reader->arena,
                            ret);
        else if (ret->state == FORM_CLEAR && !same(ret, &more))
            *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_TWO_ANSWERS};
        else if (ret->state != FORM_CLEAR)
            *ret = more;
    }
    if (found->too_many)
        *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_TOO_LONG};
}

/* Options that the person marked, or left when they deleted the others. */
static void read_marks(struct reader *reader, size_t question, const struct form_context *context,
                       struct form_finding *ret) {
    struct found *found = &reader->found[question];
    const struct form_question *asked = &reader->form->questions[question];
    bool left = !found->marked_count && found->seen_count > 0 && found->seen_count < asked->option_count &&
                (asked->kind == FORM_SEVERAL || found->seen_count == 1) && found->more_below && !reader->translated;
    const bool *chosen = left ? found->seen : found->marked;
    auto_text numbers = TEXT_EMPTY;
    for (size_t i = 0; i < asked->option_count; i++)
        if (chosen[i])
            text_append_format(&numbers, "%zu ", i + 1);
    if (numbers.length)
        form_value_read(reader->forms, question, text_string(&numbers), context, reader->arena, ret);
}

/* "Did you mean Sweden?" - "Yes." */
static bool confirms(struct reader *reader, size_t question, struct form_finding *ret) {
    const struct form_answer *before = reader->reply->answers ? &reader->reply->answers[question] : NULL;
    const struct found *found = &reader->found[question];
    enum form_kind kind = reader->form->questions[question].kind;
    if (!before || before->finding.state != FORM_UNCLEAR || before->finding.near_count != 1 || found->count != 1 ||
        kind == FORM_YES_NO || kind == FORM_AGREEMENT ||
        !form_value_says(reader->forms, FORM_YES, found->pieces[0].folded))
        return false;
    *ret = (struct form_finding){.state = FORM_CLEAR, .value = before->finding.near[0]};
    return true;
}

static void read_question(struct reader *reader, size_t question, const struct form_context *context,
                          struct form_finding *ret) {
    struct form_finding marked = {0};
    *ret = (struct form_finding){0};
    if (reader->found[question].count && !confirms(reader, question, ret))
        read_pieces(reader, question, context, ret);
    read_marks(reader, question, context, &marked);
    if (ret->state == FORM_EMPTY)
        *ret = marked;
    else if (marked.state == FORM_CLEAR && reader->found[question].marked_count && !same(ret, &marked))
        *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = FORM_TWO_ANSWERS};
}

static const char *known_country(const struct reader *reader, const struct form_finding *findings) {
    for (size_t i = 0; i < reader->form->count; i++)
        if (reader->form->questions[i].kind == FORM_COUNTRY) {
            const struct form_answer *before = reader->reply->answers ? &reader->reply->answers[i] : NULL;
            return findings[i].state == FORM_CLEAR                 ? findings[i].value
                   : before && before->finding.state == FORM_CLEAR ? before->finding.value
                                                                   : NULL;
        }
    return NULL;
}

void questionnaire_found_read(struct reader *reader, struct form_finding *findings) {
    struct form_context context = {.now = reader->reply->now};
    for (int zones = 0; zones <= 1; zones++) {
        for (size_t i = 0; i < reader->form->count; i++)
            if ((reader->form->questions[i].kind == FORM_ZONE) == (zones == 1))
                read_question(reader, i, &context, &findings[i]);
        context.country = known_country(reader, findings);
    }
}

/* ---- Answers and nothing else, in the order of the questions ---- */

/* One line for each question that was asked, and nearly every one an answer to its own: else it would be guessed. */
/* Below the answer to the only question stands a name: a few words that are no answer to it. */
static bool is_signed(const struct reader *reader, size_t question, const struct form_context *context) {
    const struct piece *last = &reader->loose[reader->loose_count - 1];
    struct form_finding finding;
    if (reader->form->questions[question].kind == FORM_TEXT || fold_count(last->folded) > QUESTIONNAIRE_NAME_WORDS_MAX)
        return false;
    form_value_read(reader->forms, question, last->text, context, reader->arena, &finding);
    return finding.state != FORM_CLEAR;
}

static bool read_in_order(struct reader *reader, bool without_zones, struct form_finding *findings) {
    size_t asked = 0, only = 0, next = 0, typed = 0, unclear = 0;
    struct form_context context = {.now = reader->reply->now};
    for (size_t i = 0; i < reader->form->count; i++)
        if (questionnaire_found_is_asked(reader, i, without_zones)) {
            asked++;
            only = i;
        }
    size_t count = reader->loose_count;
    if (asked && count == asked + 1 &&
        (reader->loose[count - 1].after_blank || (asked == 1 && is_signed(reader, only, &context))))
        count--; /* a name below "Thanks," */
    if (count == 0 || count != asked)
        return false;
    struct form_finding *tried = arena_take_array(reader->arena, reader->form->count, sizeof *tried);
    for (size_t i = 0; i < reader->form->count; i++) {
        if (!questionnaire_found_is_asked(reader, i, without_zones))
            continue;
        const struct piece *piece = &reader->loose[next++];
        struct found *found = &reader->found[i];
        found->pieces[0] = *piece;
        found->count = 1;
        if (!confirms(reader, i, &tried[i]))
            form_value_read(reader->forms, i, piece->text, &context, reader->arena, &tried[i]);
        found->count = 0;
        bool free = reader->form->questions[i].kind == FORM_TEXT;
        typed += !free && tried[i].state == FORM_CLEAR;
        unclear += !free && tried[i].state == FORM_UNCLEAR;
        if (reader->form->questions[i].kind == FORM_COUNTRY && tried[i].state == FORM_CLEAR)
            context.country = tried[i].value;
    }
    if (asked > 1 && (!typed || unclear > asked / UNCLEAR_SHARE))
        return false;
    memcpy(findings, tried, reader->form->count * sizeof *findings);
    return true;
}

static bool found_anything(const struct reader *reader, const struct form_finding *findings) {
    for (size_t i = 0; i < reader->form->count; i++)
        if (findings[i].state != FORM_EMPTY || reader->found[i].count)
            return true;
    return false;
}

void questionnaire_found_agree(struct reader *reader, struct form_finding *findings) {
    bool all = false;
    size_t kept = 0;
    for (size_t i = 0; i < reader->loose_count; i++)
        if (form_value_says(reader->forms, FORM_ALL, reader->loose[i].folded))
            all = true;
        else
            reader->loose[kept++] = reader->loose[i];
    reader->loose_count = kept;
    for (size_t i = 0; i < reader->form->count; i++)
        for (size_t j = 0; j < reader->found[i].count; j++)
            all = all || (reader->form->questions[i].kind == FORM_AGREEMENT &&
                          form_value_says(reader->forms, FORM_ALL, reader->found[i].pieces[j].folded));
    for (size_t i = 0; i < reader->form->count; i++)
        if (all && reader->form->questions[i].kind == FORM_AGREEMENT && findings[i].state == FORM_EMPTY)
            findings[i] = (struct form_finding){.state = FORM_CLEAR, .value = "yes"};
}

bool questionnaire_found_in_order(struct reader *reader, struct form_finding *findings) {
    return !found_anything(reader, findings) &&
           (read_in_order(reader, false, findings) || read_in_order(reader, true, findings));
}
