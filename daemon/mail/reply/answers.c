#include "mail/reply/answers.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "mail/reply/answer_line.h"
#include "mail/terms.h"

enum {
    ANSWERS_MAX = 20,
    SALUTATION_TOKENS_MAX = 4,
    REMARK_TOKENS_MAX = 5, /* behind a word that is the answer: "No, nothing yet" */
    LABEL_TOKENS_MAX = 5,  /* before the number: "My answer is 2" */
    POLITE_TOKENS_MAX = 4, /* "2 s'il vous plaît" */
    COPIES_MAX = 50,       /* lines for which the quoted text is looked through */
};

/* Words of which one says that an answer follows: "Answer: 2", "Option 2". */
static const char labels[] =
    "answer|reply|option|choice|number|choose|chose|pick|select|vote|it's|antwort|wahl|nummer|wähle|nehme|réponse|"
    "réponds|choix|choisis|numéro|c'est|respuesta|respondo|opción|elijo|escojo|número|num|núm|resposta|opção|escolho|"
    "risposta|opzione|numero|scelgo|antwoord|keuze|optie|kies|svar|valg|val|väljer|vælger|velger|nr|n|nº|vastaus|"
    "odpowiedź|opcja|wybieram|odpověď|odpoveď|možnost|vybírám|č|válasz|răspuns|raspuns|απάντηση|επιλογή|cevap|yanıt|"
    "seçenek|seçiyorum|ответ|вариант|номер|выбираю|відповідь|варіант|обираю|отговор|одговор|odgovor|答案|回答|回复|"
    "回覆|选|選|第|答え|답|답변|대답|الجواب|جواب|إجابة|الإجابة|جوابي|תשובה|התשובה|پاسخ|گزینه|trả|คำตอบ|jawaban|jawapan|"
    "pilihan|उत्तर|जवाब|উত্তর|jibu|sagot|respons";

/* Before a number that is the question's: "Question 1: yes". */
static const char questions[] =
    "question|frage|pregunta|pergunta|domanda|vraag|fråga|spørgsmål|spørsmål|pytanie|otázka|вопрос|питання|问题|問題|"
    "質問|질문|سؤال|שאלה|q";

/* One of them turns such a line round: "not option 2". */
static const char negations[] =
    "not|don't|no|never|nicht|kein|keine|pas|non|ne|não|nao|niet|geen|inte|ikke|ei|nie|не|ні|нет|ані|δεν|değil|不|没|"
    "沒|别|別|않|ない|لا|ليس|לא|نه";

/* What people add to a digit to be polite. */
static const char politeness[] =
    "please|pls|thanks|thank you|thank you very much|thanks a lot|many thanks|thx|cheers|bitte|danke|danke schön|"
    "vielen dank|merci|merci beaucoup|s'il vous plaît|s'il vous plait|s'il te plaît|svp|gracias|muchas gracias|"
    "por favor|obrigado|obrigada|muito obrigado|muito obrigada|grazie|grazie mille|per favore|gràcies|alstublieft|"
    "alsjeblieft|dank u|dank je|dank u wel|dank je wel|bedankt|tack|tack så mycket|takk|tak|kiitos|kiitoksia|proszę|"
    "dziękuję|prosím|děkuji|díky|ďakujem|köszönöm|kérem|mulțumesc|vă rog|ευχαριστώ|παρακαλώ|lütfen|teşekkürler|"
    "teşekkür ederim|спасибо|пожалуйста|дякую|будь ласка|благодаря|hvala|хвала|谢谢|謝謝|です|ありがとう|"
    "ありがとうございます|お願いします|でお願いします|감사합니다|입니다|شكرا|من فضلك|תודה|בבקשה|ممنون|لطفا|cảm ơn|"
    "xin cảm ơn|ขอบคุณ|ครับ|ค่ะ|terima kasih|tolong|धन्यवाद|कृपया|ধন্যবাদ|asante|salamat";

/* Counters of languages that put one behind a number: "2番". */
static const char counters[] = "番|番です|番目|번|번입니다|번이요|번째|号|號|号です";

/* Month names begin so in the languages that write "2. May". */
static const char months[] =
    "jan|feb|mär|mar|apr|mai|maj|jun|jul|aug|sep|okt|oct|nov|dez|dec|des|tammi|helmi|maali|huhti|touko|kesä|heinä|elo|"
    "syys|loka|marras|joulu|led|únor|břez|dub|květ|červ|srp|září|říj|list|pros|janv|sij|velj|ožuj|trav|svib|lip|kol|"
    "ruj|stud|may|мая|янв|ocak|şubat|mart|nisan|ağust|eylül|ekim|juni|juli";

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
    return token->kind == ANSWER_WORD && terms_begin(token->text, months);
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

/* "2 thanks", "2番", "2 (slow)": nothing of which changes what the number says. */
static bool is_number_with_trimmings(const struct answer_line *line) {
    const struct answer_token *token = &line->tokens[0], *next = token + 1, *last = &line->tokens[line->count - 1];
    if (token->kind != ANSWER_NUMBER || line->count < 2)
        return false;
    if (line->count == 2 && terms_are(next->text, counters))
        return true;
    char words[POLITE_TOKENS_MAX * ANSWER_TOKEN_SIZE] = "";
    for (size_t i = 1; i < line->count && i <= POLITE_TOKENS_MAX; i++) {
        strcat(words, i > 1 ? " " : "");
        strcat(words, line->tokens[i].text);
    }
    if (line->count <= 1 + POLITE_TOKENS_MAX && terms_are(words, politeness))
        return true;
    return token->after == '(' && last->after == ')' && last->ends && next->kind == ANSWER_WORD;
}

/* A number that Chinese and Japanese write as a word, ASCII in RET; false where TOKEN is none. */
static bool read_numeral(const struct answer_token *token, struct answer_token *ret) {
    static const char numerals[] = "一二三四五六七八九";
    const char *found = strlen(token->text) == strlen("一") ? strstr(numerals, token->text) : NULL;
    if (found)
        *ret = (struct answer_token){ANSWER_NUMBER, .text = {(char)('1' + (found - numerals) / 3), '\0'}};
    return found;
}

/* "Fine, thanks!": the word is the answer. "Well, ..." begins sentences of any meaning. */
static bool leads_with_word(const struct answer_line *line) {
    const struct answer_token *token = &line->tokens[0];
    return token->kind == ANSWER_WORD && line->count <= 1 + REMARK_TOKENS_MAX && token->parted &&
           is_one_of(token->after, ",.;!-") && !(string_equal(token->text, "well") && token->after == ',');
}

/* "Answer", and in scripts without blanks "我的答案是". */
static bool is_label(const struct answer_token *token) {
    return (unsigned char)token->text[0] >= 0xE0 ? terms_stand_in(token->text, labels) : terms_are(token->text, labels);
}

/* "Answer: 2", "My answer is 2", "Option 2", "No. 2", "Answer: fine". */
static const struct answer_token *find_labelled(const struct answer_line *line) {
    if (line->count < 2 || line->count > LABEL_TOKENS_MAX + 1)
        return NULL;
    const struct answer_token *last = &line->tokens[line->count - 1], *before = last - 1;
    if (line->count == 2 && string_equal(before->text, "no") && before->after == '.' && last->kind == ANSWER_NUMBER)
        return last;
    bool colon = before->after == ':' || before->after == 0xFF1A || before->after == '=';
    if (line->count == 3 && colon && before->kind == ANSWER_NUMBER && terms_are(line->tokens[0].text, questions))
        return last;
    bool labelled = false;
    for (size_t i = 0; i + 1 < line->count; i++) {
        labelled = labelled || is_label(&line->tokens[i]);
        if (line->tokens[i].kind != ANSWER_WORD || terms_stand_in(line->tokens[i].text, negations))
            return NULL;
    }
    return labelled && (last->kind == ANSWER_NUMBER || (last->kind == ANSWER_WORD && colon)) ? last : NULL;
}

/* The length of "2. " or "2) " at a line's beginning, so that it can be told apart from what it numbers; its digits in
 * *RET_DIGITS. */
static size_t numbering(const char *line, size_t length, size_t *ret_digits) {
    *ret_digits = bytes_span(line, length, "0123456789");
    return *ret_digits + bytes_span(line + *ret_digits, length - *ret_digits, ".):- \t");
}

/* Whether LINE stands among the quoted ones: the person copied the answer that was offered. */
static bool is_copy(struct finder *finder, const char *line, size_t length) {
    static const char marks[] = "> \t|-*\u2022";
    size_t before = bytes_span(line, length, marks);
    line += before;
    length = bytes_trim(line, length - before, " \t.!");
    size_t digits = 0, start = numbering(line, length, &digits);
    if (digits == 0 || length - start < 2 || ++finder->copies > COPIES_MAX)
        return false;
    size_t size;
    for (const char *next = finder->whole_text, *at; (at = string_next_line(&next, &size));) {
        if (*at == '>') {
            size_t skipped = strspn(at, marks), quoted_digits = 0;
            size_t quoted = skipped < size ? numbering(at + skipped, size - skipped, &quoted_digits) : 0;
            if (quoted_digits == digits && strncmp(at + skipped, line, digits) == 0 &&
                size - skipped - quoted >= length - start &&
                strncmp(at + skipped + quoted, line + start, length - start) == 0)
                return true;
        }
    }
    return false;
}

/* "X 2. slow": how a box is checked that is none. */
static bool is_crossed(const struct answer_line *line) {
    return line->count > 2 && string_equal(line->tokens[0].text, "x") && leads_with_number(line, 1);
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
    size_t length;
    for (const char *next = own, *at; finder.count < ANSWERS_MAX && (at = string_next_line(&next, &length));) {
        struct answer_line line;
        if (*at == '\f') {
            first = true;
        } else if (!answer_line_read(at, length, &line)) {
            first = false;
        } else if (line.unchecked || line.count == 0) {
            /* offered and not chosen, or empty */
        } else if (line.checked || is_crossed(&line)) {
            add(&finder, &line.tokens[line.checked ? 0 : 1]);
            first = false;
        } else if (line.odd) {
            first = first && line.count <= SALUTATION_TOKENS_MAX;
        } else if (line.count == 1) {
            struct answer_token numeral;
            add(&finder, read_numeral(&line.tokens[0], &numeral) ? &numeral : &line.tokens[0]);
            first = first && line.tokens[0].kind == ANSWER_WORD;
        } else if (is_number_with_trimmings(&line)) {
            add(&finder, &line.tokens[0]);
            first = false;
        } else if (find_labelled(&line)) {
            add(&finder, find_labelled(&line));
            first = false;
        } else if (line.tokens[0].kind == ANSWER_NUMBER && is_copy(&finder, at, length)) {
            add(&finder, &line.tokens[0]);
            first = false;
        } else if (first)
            first = !read_first_line(&finder, &line, next);
    }
    *ret = finder.answers;
    *ret_count = finder.count;
}

/* ---- Answers inside of the quotation ---- */

struct edited {
    size_t checked, lone, marked, options, besides; /* BESIDES: lines of the letter that held the list */
    struct answer_token token;                      /* the last one of the strongest kind */
};

/* ">> text" is what an earlier mail quoted: the content of a line that only one mail quotes, or NULL. */
static const char *quoted_once(const char *line, size_t *length) {
    size_t skipped = 0, marks = 0;
    while (skipped < *length && strchr("> \t", line[skipped]))
        marks += line[skipped++] == '>';
    *length -= skipped;
    return marks == 1 ? line + skipped : NULL;
}

/* "<--" at the end, "==>" at the beginning, of any length. */
static bool has_arrow(const char *line, size_t length) {
    size_t before = bytes_span(line, length, "-="), after = bytes_trim(line, length, "-=");
    return (before > 0 && before < length && line[before] == '>') ||
           (after > 0 && after < length && line[after - 1] == '<');
}

/* An arrow or a tick at either end, which the list that was sent has not. */
static bool is_pointed_at(const char *line, size_t length) {
    static const char signs[] = "\u2192|\u21D2|\u27A1|\u2190|\u21D0|\u2B05|\u2713|\u2714|\u2705";
    return terms_begin(line, signs) || terms_end(line, length, signs) || has_arrow(line, length);
}

/* ALONE: what stands above ended, so that LINE is not the rest of a sentence that was wrapped. */
static void read_edited(struct edited *edited, const char *bytes, size_t length, bool alone) {
    struct answer_line line;
    if (!answer_line_read(bytes, length, &line)) {
        edited->besides++;
        return;
    }
    if (line.unchecked || line.count == 0)
        return;
    bool crossed = is_crossed(&line);
    const struct answer_token *token = &line.tokens[crossed];
    bool option = crossed || leads_with_number(&line, 0), pointed = crossed || is_pointed_at(bytes, length);
    size_t *counted = line.checked                                               ? &edited->checked
                      : line.count == 1 && token->kind == ANSWER_NUMBER && alone ? &edited->lone
                      : option && pointed                                        ? &edited->marked
                      : option                                                   ? &edited->options
                                                                                 : &edited->besides;
    ++*counted;
    if (counted == &edited->besides)
        return;
    bool stronger = counted != &edited->options || edited->checked + edited->lone + edited->marked == 0;
    if (stronger)
        edited->token = *token;
}

void answers_find_quoted(const char *quoted, struct arena *arena, const char ***ret, size_t *ret_count) {
    struct finder finder = {arena, quoted, arena_take_array(arena, 1, sizeof *finder.answers), 0, 0};
    struct edited edited = {0};
    bool alone = true;
    size_t length;
    for (const char *line; (line = string_next_line(&quoted, &length));) {
        const char *content = quoted_once(line, &length);
        length = content ? bytes_trim(content, length, " \t\r") : length;
        if (content)
            read_edited(&edited, content, length, alone);
        alone = !content || length == 0 || strchr(".:?!)", content[length - 1]);
    }
    size_t surely = edited.checked + edited.lone + edited.marked;
    /* A list that was sent begins with 1: alone, any other number shows that the rest was deleted. */
    bool left = surely == 0 && edited.options == 1 && !string_equal(edited.token.text, "1");
    if ((surely == 1 || left) && edited.besides + (surely ? edited.options : 0) > 0)
        add(&finder, &edited.token);
    *ret = finder.answers;
    *ret_count = finder.count;
}
