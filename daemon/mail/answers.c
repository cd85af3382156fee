#include "mail/answers.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "mail/answer_line.h"
#include "mail/reply_words.h"

enum {
    ANSWERS_MAX = 20,
    SALUTATION_TOKENS_MAX = 4,
    REMARK_TOKENS_MAX = 5, /* behind a word that is the answer: "No, nothing yet" */
    LABEL_TOKENS_MAX = 5,  /* before the number: "My answer is 2" */
    COPIES_MAX = 50,       /* lines for which the quoted text is looked through */
};

/* Words of which one says that an answer follows: "Answer: 2", "Option 2". */
static const char labels[] =
    "answer|reply|option|choice|number|antwort|wahl|nummer|réponse|choix|numéro|respuesta|opción|número|resposta|"
    "opção|risposta|opzione|numero|antwoord|keuze|optie|svar|valg|val|nr|vastaus|odpowiedź|opcja|odpověď|odpoveď|"
    "možnost|válasz|răspuns|raspuns|απάντηση|επιλογή|cevap|yanıt|seçenek|ответ|вариант|номер|відповідь|варіант|"
    "отговор|одговор|odgovor|答案|回答|回复|回覆|选项|選項|答え|답|답변|대답|الجواب|جواب|إجابة|الإجابة|جوابي|תשובה|"
    "התשובה|پاسخ|گزینه|"
    "trả|คำตอบ|jawaban|jawapan|pilihan|उत्तर|जवाब|উত্তর|jibu|sagot|respons|réponds";

/* Month names begin so in the languages that write "2. May". */
static const char months[] =
    "jan|feb|mär|mar|apr|mai|maj|jun|jul|aug|sep|okt|oct|nov|dez|dec|des|tammi|helmi|maali|huhti|touko|kesä|heinä|"
    "elo|syys|loka|marras|joulu|led|únor|břez|dub|květ|červ|srp|září|říj|list|pros|janv|sij|velj|ožuj|trav|svib|lip|"
    "kol|ruj|stud|may|мая|янв|ocak|şubat|mart|nisan|ağust|eylül|ekim|juni|juli";

struct finder {
    struct arena *arena;
    const char *whole_text;
    const char **answers;
    size_t count, copies;
};

static void add(struct finder *finder, const struct answer_token *token) {
    if (token->kind == ANSWER_OTHER || finder->count == ANSWERS_MAX)
        return;
    for (size_t i = 0; i < finder->count; i++)
        if (string_equal(finder->answers[i], token->text))
            return;
    finder->answers[finder->count++] = arena_copy_string(finder->arena, token->text);
}

static bool begins_month(const struct answer_token *token) {
    return token->kind == ANSWER_WORD && reply_words_begin(token->text, months);
}

static bool is_one_of(uint32_t c, const char *ascii) {
    return (c > 0 && c < 0x80 && strchr(ascii, (int)c)) || c == 0x2013 || c == 0x2014 || c == 0xFF0C || c == 0x3002 ||
           c == 0x3001 || c == 0x60C || c == 0xFF01 || c == 0xFF1A;
}

/* "2, slow but fine", "2 - slow", "2) slow": the number is the answer, the rest a remark. */
static bool leads_with_number(const struct answer_line *line, size_t first) {
    const struct answer_token *token = &line->tokens[first], *next = token + 1;
    if (token->kind != ANSWER_NUMBER || first + 1 >= line->count || !is_one_of(token->after, ",.;:!)-=]*"))
        return false;
    bool dash_word = token->after == '-' && next->kind == ANSWER_WORD;
    return next->kind == ANSWER_WORD && (token->parted || dash_word) && !(token->after == '.' && begins_month(next));
}

/* "Fine, thanks!": the word is the answer. "Well, ..." begins sentences of any meaning. */
static bool leads_with_word(const struct answer_line *line) {
    const struct answer_token *token = &line->tokens[0];
    return token->kind == ANSWER_WORD && line->count <= 1 + REMARK_TOKENS_MAX && token->parted &&
           is_one_of(token->after, ",.;!:-") && !(string_equal(token->text, "well") && token->after == ',');
}

/* "Answer: 2", "My answer is 2", "Option 2", "Answer: fine". */
static const struct answer_token *find_labelled(const struct answer_line *line) {
    if (line->count < 2 || line->count > LABEL_TOKENS_MAX + 1)
        return NULL;
    const struct answer_token *last = &line->tokens[line->count - 1], *before = last - 1;
    bool labelled = false;
    for (size_t i = 0; i + 1 < line->count; i++) {
        labelled = labelled || reply_words_equal(line->tokens[i].text, strlen(line->tokens[i].text), labels);
        if (line->tokens[i].kind != ANSWER_WORD)
            return NULL;
    }
    bool colon = before->after == ':' || before->after == 0xFF1A || before->after == '=';
    return labelled && (last->kind == ANSWER_NUMBER || (last->kind == ANSWER_WORD && colon)) ? last : NULL;
}

/* Whether LINE stands among the quoted ones: the person copied the answer that was offered. */
static bool is_copy(struct finder *finder, const char *line, size_t length) {
    static const char marks[] = "> \t|-*\u2022";
    while (length > 0 && strchr(marks, *line))
        line++, length--;
    while (length > 0 && strchr(" \t.!", line[length - 1]))
        length--;
    if (length < 3 || ++finder->copies > COPIES_MAX)
        return false;
    for (const char *at = finder->whole_text; *at;) {
        size_t size = strcspn(at, "\n");
        if (*at == '>') {
            size_t skipped = strspn(at, marks);
            if (skipped < size && size - skipped >= length && strncmp(at + skipped, line, length) == 0)
                return true;
        }
        at += size + (at[size] == '\n');
    }
    return false;
}

/* "2. ..." below "1. ...": a list that the person wrote. */
static bool is_list(const char *next) {
    struct answer_line line;
    next += strspn(next, "\n");
    size_t length = strcspn(next, "\n");
    return answer_line_read(next, length, &line) && line.count > 1 && leads_with_number(&line, 0);
}

/* Returns false where the line may be a salutation: then the next one counts as the first. */
static bool read_first_line(struct finder *finder, const struct answer_line *line, const char *next) {
    const struct answer_token *last = &line->tokens[line->count - 1];
    bool salutation = line->count <= SALUTATION_TOKENS_MAX && line->tokens[0].kind == ANSWER_WORD;
    if (leads_with_number(line, 0)) {
        if (!is_list(next))
            add(finder, &line->tokens[0]);
    } else if (salutation && last->kind == ANSWER_NUMBER && last[-1].kind == ANSWER_WORD && last[-1].parted &&
               is_one_of(last[-1].after, ",:!")) {
        add(finder, last); /* "Hi Kate, 2" */
        return true;
    } else if (leads_with_word(line))
        add(finder, &line->tokens[0]);
    return !salutation;
}

void answers_find(const char *own, const char *whole_text, struct arena *arena, const char ***ret, size_t *ret_count) {
    struct finder finder = {arena, whole_text, arena_take_array(arena, ANSWERS_MAX, sizeof *finder.answers), 0, 0};
    bool first = true; /* nothing but a salutation was read since the beginning or the last quotation */
    for (const char *at = own; *at && finder.count < ANSWERS_MAX;) {
        struct answer_line line;
        size_t length = strcspn(at, "\n");
        const char *next = at + length + (at[length] == '\n');
        if (*at == '\f') {
            first = true;
        } else if (!answer_line_read(at, length, &line)) {
            first = false;
        } else if (line.unchecked || line.count == 0) {
            /* offered and not chosen, or empty */
        } else if (line.checked) {
            add(&finder, &line.tokens[0]);
            first = false;
        } else if (line.odd) {
            first = first && line.count <= SALUTATION_TOKENS_MAX;
        } else if (line.count == 1) {
            add(&finder, &line.tokens[0]);
            first = first && line.tokens[0].kind == ANSWER_WORD;
        } else if (find_labelled(&line)) {
            add(&finder, find_labelled(&line));
            first = false;
        } else if (line.tokens[0].kind == ANSWER_NUMBER && is_copy(&finder, at, length)) {
            add(&finder, &line.tokens[0]);
            first = false;
        } else if (first)
            first = !read_first_line(&finder, &line, next);
        at = next;
    }
    *ret = finder.answers;
    *ret_count = finder.count;
}
