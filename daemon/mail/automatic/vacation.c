#include "mail/automatic/vacation.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/civil.h"
#include "base/text.h"
#include "mail/terms.h"

enum {
    TOKENS_MAX = 2000,
    WORD_SIZE = 40,
    LOOK_BACK = 7,
    LOOK_AHEAD = 6,
    STALE_DAYS = 60,
    RANGE_GAP = 4,
    SECONDS_A_DAY = 86400
};

struct token {
    char word[WORD_SIZE]; /* in lower case; a number's digits; one mark of punctuation; one ideograph */
    int number;           /* -1: none */
    int digits;
};

struct notice {
    struct token *tokens;
    size_t count;
    int64_t today; /* days since 1970; -1: unknown */
};

/* ---- The words by which notices tell days ---- */

/* The months' names and usual abbreviations in English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish,
 * Danish, Norwegian, Polish, Czech, Russian, Ukrainian, Turkish, Finnish, Hungarian, Romanian, Croatian, Greek,
 * Indonesian, Arabic and Hebrew, in the case that stands beside a day. */
static const char *const months[12] = {
    "january|jan|januar|jänner|janvier|janv|enero|ene|janeiro|gennaio|gen|januari|stycznia|sty|ledna|led|января|янв|"
    "січня|ocak|tammikuuta|januára|ianuarie|siječnja|ιανουαρίου|يناير|ינואר",
    "february|feb|februar|feber|février|févr|fév|febrero|fevereiro|fev|febbraio|februari|lutego|lut|února|úno|февраля|"
    "фев|лютого|şubat|helmikuuta|február|februarie|veljače|φεβρουαρίου|فبراير|פברואר",
    "march|mar|märz|mär|mars|marzo|março|maart|mrt|marts|marca|března|bře|марта|мар|березня|mart|maaliskuuta|március|"
    "martie|ožujka|μαρτίου|maret|مارس|מרץ",
    "april|apr|avril|avr|abril|abr|aprile|kwietnia|kwi|dubna|апреля|апр|квітня|nisan|huhtikuuta|április|aprilie|"
    "travnja|απριλίου|أبريل|אפריל",
    "may|mai|mayo|maio|maggio|mag|mei|maj|maja|května|kvě|мая|травня|mayıs|toukokuuta|május|svibnja|μαΐου|مايو|מאי",
    "june|jun|juni|juin|junio|junho|giugno|giu|czerwca|cze|června|июня|июн|червня|haziran|kesäkuuta|június|iunie|"
    "lipnja|ιουνίου|يونيو|יוני",
    "july|jul|juli|juillet|juil|julio|julho|luglio|lug|lipca|lip|července|июля|июл|липня|temmuz|heinäkuuta|július|"
    "iulie|ιουλίου|يوليو|יולי|srpnja",
    "august|aug|août|aout|agosto|ago|augustus|augusti|sierpnia|sie|srpna|августа|авг|серпня|ağustos|elokuuta|augusztus|"
    "αυγούστου|أغسطس|אוגוסט|agustus",
    "september|sep|sept|septembre|septiembre|setiembre|setembro|set|settembre|września|wrz|září|сентября|сен|вересня|"
    "eylül|syyskuuta|szeptember|septembrie|rujna|σεπτεμβρίου|سبتمبر|ספטמבר",
    "october|oct|oktober|okt|octobre|octubre|outubro|ottobre|ott|października|paź|října|октября|окт|жовтня|ekim|"
    "lokakuuta|október|octombrie|οκτωβρίου|أكتوبر|אוקטובר",
    "november|nov|novembre|noviembre|novembro|listopada|lis|listopadu|ноября|ноя|листопада|kasım|marraskuuta|noiembrie|"
    "studenoga|νοεμβρίου|نوفمبر|נובמבר",
    "december|dec|dezember|dez|décembre|déc|diciembre|dic|dezembro|dicembre|desember|grudnia|gru|prosince|декабря|дек|"
    "грудня|aralık|joulukuuta|decembrie|prosinca|δεκεμβρίου|ديسمبر|דצמבר",
};

/* Sunday first. */
static const char *const weekdays[7] = {
    "sunday|sonntag|dimanche|domingo|domenica|zondag",
    "monday|montag|lundi|lunes|segunda|lunedì|maandag|понедельник|понедельника|måndag|mandag|poniedziałku",
    "tuesday|dienstag|mardi|martes|terça|martedì|dinsdag|вторник|вторника",
    "wednesday|mittwoch|mercredi|miércoles|quarta|mercoledì|woensdag|среду|среды",
    "thursday|donnerstag|jeudi|jueves|quinta|giovedì|donderdag|четверг|четверга",
    "friday|freitag|vendredi|viernes|sexta|venerdì|vrijdag|пятницу|пятницы",
    "saturday|samstag|samedi|sábado|sabato|zaterdag",
};

/* Words before the day of return, or before the last day away, perhaps with others between: English, German, French,
 * Spanish, Portuguese, Italian, Dutch, Scandinavian, Polish, Czech, Russian, Ukrainian, Turkish, Romanian, Greek,
 * Hebrew, Arabic, Indonesian, Vietnamese. */
static const char triggers[] =
    "until|till|til|back|return|returning|returns|through|thru|resume|reachable|bis|zurück|wieder|ab|rückkehr|"
    "einschließlich|jusqu|retour|partir|inclus|hasta|regreso|regresaré|vuelvo|volveré|retorno|vuelta|reincorporo|até|"
    "ate|retornarei|retornando|voltarei|volto|regressarei|regresso|fino|sino|rientro|rientrerò|tornerò|ritorno|tot|"
    "terug|t/m|vanaf|tillbaka|åter|tilbage|tilbake|fram|do|wracam|wrócę|powrót|powrócę|vrátím|zpět|до|вернусь|вернется|"
    "вернётся|по|включительно|буду|повернуся|dönüş|döneceğim|før|înapoi|până|έως|μέχρι|עד|حتى|لغاية|sampai|hingga|đến";

/* Words between the two ends of a range, just before its end, and after it. */
static const char range_words[] =
    "-|–|—|~|〜|～|to|until|till|through|thru|and|bis|und|au|al|à|a|ao|até|hasta|tot|t/m|til|till|do|по|до|から|至|到";
static const char just_before[] = "至|到", ends[] = "ま|戻|復|返|回|止|前|出|까|asti|saakka|kadar|ig";

/* The list of COUNT that has WORD, or COUNT. */
static size_t find_list(const char *word, const char *const *lists, size_t count) {
    size_t i = 0;
    while (i < count && !terms_are(word, lists[i]))
        i++;
    return i;
}

/* 1 to 12; 0 where WORD is no month. */
static int month_of(const char *word) {
    size_t month = strlen(word) < 3 ? COUNT_OF(months) : find_list(word, months, COUNT_OF(months));
    return month < COUNT_OF(months) ? (int)month + 1 : 0;
}

/* ---- Dates ---- */

static bool is_ideograph(uint32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF);
}

static void end_word(struct notice *notice, struct text *word, bool number) {
    if (!word->length || notice->count >= TOKENS_MAX) {
        text_clear(word);
        return;
    }
    struct token *token = &notice->tokens[notice->count++];
    size_t length = word->length < WORD_SIZE - 1 ? word->length : WORD_SIZE - 1;
    memcpy(token->word, word->bytes, length);
    token->word[length] = '\0';
    token->number = -1;
    int64_t value;
    if (number && word->length <= 4 && string_to_integer(token->word, &value)) {
        token->number = (int)value;
        token->digits = (int)word->length;
    }
    text_clear(word);
}

static void split(struct notice *notice, const char *text) {
    auto_text word = TEXT_EMPTY;
    bool number = false;
    size_t length = strnlen(text, VACATION_READ_MAX), i = 0;
    for (bool line_start = true; i < length && notice->count < TOKENS_MAX;) {
        if (line_start && text[i] == '>') { /* what is quoted is not the absent one's */
            i += strcspn(text + i, "\n");
            continue;
        }
        uint32_t c = utf8_next(text, length, &i);
        line_start = c == '\n';
        bool digit = c >= '0' && c <= '9', letter = u_isalpha((UChar32)c) || c == '\'' || c == 0x2019;
        if (is_ideograph(c))
            digit = letter = false;
        if (word.length && (digit != number || (!digit && !letter)))
            end_word(notice, &word, number);
        if (digit || letter) {
            number = digit;
            text_append_codepoint(&word, (uint32_t)u_tolower((UChar32)c));
        } else if (c > ' ' && c != 0xA0 && c != 0x3000) {
            text_append_codepoint(&word, c);
            end_word(notice, &word, false);
        }
    }
    end_word(notice, &word, number);
}

static const struct token *token_at(const struct notice *notice, size_t at) {
    static const struct token none = {.word = "", .number = -1};
    return at < notice->count ? &notice->tokens[at] : &none;
}

static bool is_mark(const struct notice *notice, size_t at, const char *mark) {
    return string_equal(token_at(notice, at)->word, mark);
}

/* Days since 1970; -1 where there is no such day. YEAR 0: the one that brings it nearest to today's coming year. */
static int64_t day_number(const struct notice *notice, int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return -1;
    if (year > 0 && year < 100)
        year += 2000;
    bool guessed = year == 0;
    if (guessed && notice->today < 0)
        return -1;
    if (guessed)
        year = (int)civil_from_days(notice->today).year;
    if (year < 1970 || year > 2100 || day > civil_days_in_month(year, month))
        return -1;
    int64_t days = civil_to_days((struct civil_date){year, month, day});
    return guessed && days < notice->today - STALE_DAYS ? day_number(notice, year + 1, month, day) : days;
}

/* Reads 20[12]x after a date, with the comma or words that stand between; moves *AT past it. */
static int year_after(const struct notice *notice, size_t *at) {
    size_t next = *at;
    next += terms_are(token_at(notice, next)->word, ",|.|de|del|of|'|/|-");
    const struct token *token = token_at(notice, next);
    if (token->digits == 4 && token->number >= 1970 && token->number <= 2100) {
        *at = next + 1;
        return token->number;
    }
    return 0;
}

static void skip(const struct notice *notice, size_t *at, const char *words) {
    *at += terms_are(token_at(notice, *at)->word, words);
}

static void skip_ordinal(const struct notice *notice, size_t *at) {
    skip(notice, at, "st|nd|rd|th|.|er|º|°|ª|e");
    skip(notice, at, "of|de|di|del|d");
}

/* Day and month stand in a slashed date as the writer's country has it: where both readings are days, the nearer one to
 * come is taken. */
static int64_t slashed(const struct notice *notice, int year, int first, int second) {
    int64_t european = day_number(notice, year, second, first), american = day_number(notice, year, first, second);
    if (european < 0 || american < 0 || european == american || notice->today < 0)
        return european >= 0 ? european : american;
    int64_t until_european = european - notice->today, until_american = american - notice->today;
    if (until_european < 0 || until_american < 0)
        return until_european < 0 ? american : european;
    return until_european <= until_american ? european : american;
}

/* A numeric date at AT: 2013-08-01, 1.8.2013, 1.8., 8/1/13, 2013年8月1日, 8月1日. */
static int64_t numeric_date(const struct notice *notice, size_t at, size_t *ret_next) {
    const struct token *a = token_at(notice, at), *b = token_at(notice, at + 2), *c = token_at(notice, at + 4);
    const char *mark = token_at(notice, at + 1)->word, *mark2 = token_at(notice, at + 3)->word;
    bool east = string_equal(mark, "年") || string_equal(mark, "년");
    if (string_equal(mark, "月") || string_equal(mark, "월")) {
        *ret_next = at + 4;
        return b->number > 0 ? day_number(notice, 0, a->number, b->number) : -1;
    }
    if (a->digits == 4 && b->number > 0 && c->number > 0 &&
        (east || ((*mark == '-' || *mark == '/' || *mark == '.') && string_equal(mark, mark2)))) {
        *ret_next = at + (east ? 6 : 5);
        return day_number(notice, a->number, b->number, c->number);
    }
    bool separated = (*mark == '.' || *mark == '/' || *mark == '-') && !mark[1];
    if (!separated || a->digits > 2 || b->number < 1 || b->digits > 2)
        return -1;
    bool has_year = string_equal(mark, mark2) && (c->digits == 4 || c->digits == 2);
    /* "10.07" without its last stop is a day only with two digits; "10.15 Uhr" is a time. */
    bool short_day = *mark == '.' && b->digits == 2 && !terms_are(mark2, "uhr|h|am|pm|a|p|:");
    if (!has_year && (*mark == '-' || (*mark == '.' && *mark2 != '.' && !short_day)))
        return -1;
    *ret_next = at + (has_year ? 5 : *mark == '.' && *mark2 == '.' ? 4 : 3);
    int year = has_year ? c->number : 0;
    return *mark == '/' ? slashed(notice, year, a->number, b->number) : day_number(notice, year, b->number, a->number);
}

/* A date at AT; *RET_NEXT what follows it. -1: none. */
static int64_t date_at(const struct notice *notice, size_t at, size_t *ret_next) {
    const struct token *token = token_at(notice, at);
    size_t next = at + 1;
    int month = month_of(token->word);
    if (month) { /* August 1st, 2013 */
        skip(notice, &next, ".");
        skip(notice, &next, "the");
        const struct token *day = token_at(notice, next);
        if (day->number < 1 || day->number > 31)
            return -1;
        next++;
        skip_ordinal(notice, &next);
        int year = year_after(notice, &next);
        *ret_next = next;
        return day_number(notice, year, month, day->number);
    }
    if (token->number < 0)
        return -1;
    if (token->digits == 4) { /* 2013. augusztus 1. */
        size_t at_month = next;
        skip(notice, &at_month, ".");
        const struct token *day = token_at(notice, at_month + 1);
        month = month_of(token_at(notice, at_month)->word);
        if (month && day->number > 0) {
            *ret_next = at_month + 2;
            return day_number(notice, token->number, month, day->number);
        }
    }
    int64_t days = numeric_date(notice, at, ret_next);
    if (days >= 0 || token->number < 1 || token->number > 31 || token->digits > 2)
        return days;
    skip_ordinal(notice, &next); /* 1. August 2013, 1er août, 1 de agosto de 2013, 1st of August */
    skip(notice, &next, "-");    /* 1-Aug-2013 */
    month = month_of(token_at(notice, next)->word);
    if (!month)
        return -1;
    next++;
    if (is_mark(notice, next, ".") && token_at(notice, next + 1)->number >= 0)
        next++;
    int year = year_after(notice, &next);
    *ret_next = next;
    return day_number(notice, year, month, token->number);
}

/* Whether the weekday at AT only introduces a date: "Friday, the 19th of July". */
static bool introduces_date(const struct notice *notice, size_t at) {
    size_t ignored, next = at + 1;
    for (size_t i = 0; i < 2; i++)
        next += terms_are(token_at(notice, next)->word, ",|the|der|dem|den|le|il|el|dia|(|.");
    return date_at(notice, next, &ignored) >= 0;
}

static int64_t relative_at(const struct notice *notice, size_t at) {
    const char *word = token_at(notice, at)->word;
    if (notice->today < 0)
        return -1;
    if (terms_are(word, "tomorrow|demain|mañana|amanhã|domani|завтра"))
        return notice->today + 1;
    size_t weekday = find_list(word, weekdays, COUNT_OF(weekdays));
    if (weekday < COUNT_OF(weekdays) && !introduces_date(notice, at)) {
        int ahead = ((int)weekday - civil_weekday(civil_from_days(notice->today)) + 7) % 7;
        return notice->today + (ahead ? ahead : 7);
    }
    return -1;
}

static bool is_triggered(const struct notice *notice, size_t at) {
    bool swedish = at >= 4 && is_mark(notice, at - 1, ".") && is_mark(notice, at - 2, "m") &&
                   is_mark(notice, at - 3, ".") && is_mark(notice, at - 4, "o"); /* "t.o.m. 15 mars" */
    if (swedish || (at && terms_are(notice->tokens[at - 1].word, just_before)))
        return true;
    for (size_t back = 1; back <= LOOK_BACK && back <= at; back++) {
        const char *word = notice->tokens[at - back].word;
        if (terms_are(word, triggers) || string_starts_with(word, "jusqu"))
            return true;
        if (string_equal(word, "!") || string_equal(word, "?") || string_equal(word, ";"))
            return false;
    }
    return false;
}

/* Japanese, Chinese, Korean, Finnish, Turkish and Hungarian say it after the date. */
static bool is_followed_by_end(const struct notice *notice, size_t next) {
    for (size_t i = next; i < next + LOOK_AHEAD && i < notice->count; i++)
        if (terms_are(notice->tokens[i].word, ends))
            return true;
    return false;
}

static bool is_range_word(const struct notice *notice, size_t at) {
    bool dutch = at >= 2 && is_mark(notice, at, "m") && is_mark(notice, at - 1, "/") && is_mark(notice, at - 2, "t");
    return dutch || terms_are(token_at(notice, at)->word, range_words);
}

/* Whether between a bare number and a date stands nothing but what joins the ends of a range. */
static bool is_gap(const struct notice *notice, size_t from, size_t to) {
    bool joined = false;
    for (size_t i = from; i < to; i++) {
        bool joins = is_range_word(notice, i);
        if (!joins && !is_mark(notice, i, ".") && !is_mark(notice, i, "/") && !is_mark(notice, i, "t"))
            return false;
        joined = joined || joins;
    }
    return joined;
}

static const char *format_day(int64_t days, struct arena *arena) {
    char date[CIVIL_DATE_SIZE];
    return arena_copy_string(arena, civil_format_date(civil_from_days(days), date));
}

const char *vacation_find_return(const char *subject, const char *text, int64_t mail_date, struct arena *arena) {
    struct notice notice = {.today = mail_date > 0 ? mail_date / SECONDS_A_DAY : -1};
    notice.tokens = arena_take_array(arena, TOKENS_MAX, sizeof *notice.tokens);
    split(&notice, subject);
    split(&notice, text);
    int64_t found = -1, start = -1;
    size_t start_next = 0;
    for (size_t i = 0; i < notice.count;) {
        size_t next = i + 1;
        int64_t day = date_at(&notice, i, &next);
        bool relative = day < 0;
        if (relative && (day = relative_at(&notice, i)) < 0) {
            i++;
            continue;
        }
        /* "July 10-31", "10-31 July", "from 1 July to Friday, 9 August" */
        bool is_end = false;
        for (size_t j = start_next; start >= 0 && i - start_next <= RANGE_GAP && j < i && !is_end; j++)
            is_end = is_range_word(&notice, j);
        for (size_t back = 2; !relative && back <= 5 && back <= i && !is_end; back++)
            is_end = notice.tokens[i - back].number > 0 && is_gap(&notice, i - back + 1, i);
        const struct token *last = token_at(&notice, next + 1);
        if (!relative && is_range_word(&notice, next) && last->number > 0 && last->number <= 31 && last->digits <= 2 &&
            month_of(notice.tokens[i].word)) {
            size_t ignored;
            int64_t other = date_at(&notice, next + 1, &ignored);
            if (other < 0 && last->number > token_at(&notice, i + 1)->number) {
                day += last->number - token_at(&notice, i + 1)->number;
                is_end = true;
                next += 2;
            }
        }
        if ((is_end || is_triggered(&notice, i) || is_followed_by_end(&notice, next)) && day > found &&
            (notice.today < 0 || day <= notice.today + 800))
            found = day;
        start = relative ? -1 : day;
        start_next = next;
        i = next;
    }
    return found >= 0 ? format_day(found, arena) : NULL;
}

const char *vacation_day_of(const char *start, struct arena *arena) {
    struct notice notice = {.today = -1};
    notice.tokens = arena_take_array(arena, TOKENS_MAX, sizeof *notice.tokens);
    char *day = arena_copy_bytes(arena, start, strnlen(start, 10));
    split(&notice, day);
    size_t next;
    int64_t days = date_at(&notice, 0, &next);
    return days >= 0 ? format_day(days, arena) : NULL;
}
