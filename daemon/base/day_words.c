#include "base/day_words.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/civil.h"
#include "base/text.h"

enum { STALE_DAYS = 60 };

/* ---- The words by which people tell days ---- */

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

/* Units of time, with their days; a month is one of the calendar. */
static const struct {
    const char *words;
    int days, months;
} units[] = {
    {"day|days|tag|tage|tagen|jour|jours|día|días|dia|dias|giorno|giorni|dag|dagen|dagar|dage|dni|dzień", 1, 0},
    {"week|weeks|woche|wochen|semaine|semaines|semana|semanas|settimana|settimane|weken|vecka|veckor|uge|uger|uke|uker|"
     "tydzień|tygodnie|tygodni",
     7, 0},
    {"fortnight", 14, 0},
    {"month|months|monat|monate|monaten|mois|mes|meses|mese|mesi|maand|maanden|mês|månad|månader|måned|måneder|miesiąc|"
     "miesiące",
     0, 1},
};

/* "a week", "deux semaines", by value from 1. */
static const char *const numbers[] = {
    "a|an|one|ein|eine|einen|einem|einer|un|une|una|uno|een|één|um|uma|en|ett",
    "two|zwei|deux|dos|due|twee|dois|duas|två|to",
    "three|drei|trois|tres|tre|drie|três",
    "four|vier|quatre|cuatro|quattro|quatro|fyra|fire",
    "five|fünf|cinq|cinco|cinque|vijf|fem",
    "six|sechs|seis|sei|zes|sex|seks",
    "seven|sieben|sept|siete|sette|zeven|sete|sju|syv",
    "eight|acht|huit|ocho|otto|oito|åtta|otte|åtte",
    "nine|neun|neuf|nueve|nove|negen|nio|ni",
    "ten|zehn|dix|diez|dieci|tien|dez|tio|ti",
};

/* What may stand before a day, "until the", "jusqu'au", "for the next"; and behind it. */
static const char before[] =
    "until|till|til|to|through|on|for|the|next|in|back|again|about|another|of|bis|zum|zu|für|den|dem|der|am|die|"
    "nächsten|"
    "nächste|nächster|kommenden|wieder|ab|jusqu|au|à|a|le|la|les|pour|pendant|durant|prochain|prochaine|de|du|hasta|el|"
    "al|por|para|durante|próximo|próxima|próximos|los|las|fino|sino|per|il|lo|i|gli|prossimo|prossima|tot|en|met|voor|"
    "het|volgende|komende|até|ate|ao|o|os|as|,|:|-|–|—|=|(";
static const char behind[] = "prochain|prochaine|próximo|próxima|prossimo|prossima|)";

static bool is_one_of(const char *word, const char *list) {
    for (size_t length; *list; list += length + (list[length] == '|')) {
        length = strcspn(list, "|");
        if (strncmp(word, list, length) == 0 && word[length] == '\0' && length > 0)
            return true;
    }
    return false;
}

/* The list of COUNT that has WORD, or COUNT. */
static size_t find_list(const char *word, const char *const *lists, size_t count) {
    size_t i = 0;
    while (i < count && !is_one_of(word, lists[i]))
        i++;
    return i;
}

int day_words_month(const char *word) {
    size_t month = strlen(word) < 3 ? COUNT_OF(months) : find_list(word, months, COUNT_OF(months));
    return month < COUNT_OF(months) ? (int)month + 1 : 0;
}

/* ---- Dates ---- */

static bool is_ideograph(uint32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF);
}

static void end_word(struct day_words *words, struct text *word, bool number, size_t end) {
    if (!word->length || words->count >= DAY_WORDS_MAX) {
        text_clear(word);
        return;
    }
    struct day_word *token = &words->items[words->count++];
    size_t length = word->length < DAY_WORD_SIZE - 1 ? word->length : DAY_WORD_SIZE - 1;
    memcpy(token->word, word->bytes, length);
    token->word[length] = '\0';
    token->number = -1;
    token->end = end;
    int64_t value;
    if (number && word->length <= 4 && string_to_integer(token->word, &value)) {
        token->number = (int)value;
        token->digits = (int)word->length;
    }
    text_clear(word);
}

void day_words_split(struct day_words *words, const char *text, struct arena *arena) {
    auto_text word = TEXT_EMPTY;
    bool number = false;
    if (!words->items)
        words->items = arena_take_array(arena, DAY_WORDS_MAX, sizeof *words->items);
    size_t length = strnlen(text, DAY_WORDS_READ_MAX), i = 0;
    for (bool line_start = true; i < length && words->count < DAY_WORDS_MAX;) {
        if (line_start && text[i] == '>') { /* what is quoted is not the absent one's */
            i += strcspn(text + i, "\n");
            continue;
        }
        size_t at = i;
        uint32_t c = utf8_next(text, length, &i);
        line_start = c == '\n';
        bool digit = c >= '0' && c <= '9', letter = u_isalpha((UChar32)c) || c == '\'' || c == 0x2019;
        if (is_ideograph(c))
            digit = letter = false;
        if (word.length && (digit != number || (!digit && !letter)))
            end_word(words, &word, number, at);
        if (digit || letter) {
            number = digit;
            text_append_codepoint(&word, (uint32_t)u_tolower((UChar32)c));
        } else if (c > ' ' && c != 0xA0 && c != 0x3000) {
            text_append_codepoint(&word, c);
            end_word(words, &word, false, i);
        }
    }
    end_word(words, &word, number, length);
}

const struct day_word *day_words_at(const struct day_words *words, size_t at) {
    static const struct day_word none = {.word = "", .number = -1};
    return at < words->count ? &words->items[at] : &none;
}

bool day_words_is(const struct day_words *words, size_t at, const char *mark) {
    return string_equal(day_words_at(words, at)->word, mark);
}

/* Days since 1970; -1 where there is no such day. YEAR 0: the one that brings it nearest to today's coming year. */
static int64_t day_number(const struct day_words *words, int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return -1;
    if (year > 0 && year < 100)
        year += 2000;
    bool guessed = year == 0;
    if (guessed && words->today < 0)
        return -1;
    if (guessed)
        year = (int)civil_from_days(words->today).year;
    if (year < 1970 || year > 2100 || day > civil_days_in_month(year, month))
        return -1;
    int64_t days = civil_to_days((struct civil_date){year, month, day});
    return guessed && days < words->today - STALE_DAYS ? day_number(words, year + 1, month, day) : days;
}

/* Reads 20[12]x after a date, with the comma or words that stand between; moves *AT past it. */
static int year_after(const struct day_words *words, size_t *at) {
    size_t next = *at;
    next += is_one_of(day_words_at(words, next)->word, ",|.|de|del|of|'|/|-");
    const struct day_word *token = day_words_at(words, next);
    if (token->digits == 4 && token->number >= 1970 && token->number <= 2100) {
        *at = next + 1;
        return token->number;
    }
    return 0;
}

static void skip(const struct day_words *words, size_t *at, const char *list) {
    *at += is_one_of(day_words_at(words, *at)->word, list);
}

static void skip_ordinal(const struct day_words *words, size_t *at) {
    skip(words, at, "st|nd|rd|th|.|er|º|°|ª|e");
    skip(words, at, "of|de|di|del|d");
}

/* Day and month stand in a slashed date as the writer's country has it: where both readings are days, the nearer one to
 * come is taken. */
static int64_t slashed(const struct day_words *words, int year, int first, int second) {
    int64_t european = day_number(words, year, second, first), american = day_number(words, year, first, second);
    if (european < 0 || american < 0 || european == american || words->today < 0)
        return european >= 0 ? european : american;
    int64_t until_european = european - words->today, until_american = american - words->today;
    if (until_european < 0 || until_american < 0)
        return until_european < 0 ? american : european;
    return until_european <= until_american ? european : american;
}

/* A numeric date at AT: 2013-08-01, 1.8.2013, 1.8., 8/1/13, 2013年8月1日, 8月1日. */
static int64_t numeric_date(const struct day_words *words, size_t at, size_t *ret_next) {
    const struct day_word *a = day_words_at(words, at), *b = day_words_at(words, at + 2),
                          *c = day_words_at(words, at + 4);
    const char *mark = day_words_at(words, at + 1)->word, *mark2 = day_words_at(words, at + 3)->word;
    bool east = string_equal(mark, "年") || string_equal(mark, "년");
    if (string_equal(mark, "月") || string_equal(mark, "월")) {
        *ret_next = at + 4;
        return b->number > 0 ? day_number(words, 0, a->number, b->number) : -1;
    }
    if (a->digits == 4 && b->number > 0 && c->number > 0 &&
        (east || ((*mark == '-' || *mark == '/' || *mark == '.') && string_equal(mark, mark2)))) {
        *ret_next = at + (east ? 6 : 5);
        return day_number(words, a->number, b->number, c->number);
    }
    bool separated = (*mark == '.' || *mark == '/' || *mark == '-') && !mark[1];
    if (!separated || a->digits > 2 || b->number < 1 || b->digits > 2)
        return -1;
    bool has_year = string_equal(mark, mark2) && (c->digits == 4 || c->digits == 2);
    /* "10.07" without its last stop is a day only with two digits; "10.15 Uhr" is a time. */
    bool short_day = *mark == '.' && b->digits == 2 && !is_one_of(mark2, "uhr|h|am|pm|a|p|:");
    if (!has_year && (*mark == '-' || (*mark == '.' && *mark2 != '.' && !short_day)))
        return -1;
    *ret_next = at + (has_year ? 5 : *mark == '.' && *mark2 == '.' ? 4 : 3);
    int year = has_year ? c->number : 0;
    return *mark == '/' ? slashed(words, year, a->number, b->number) : day_number(words, year, b->number, a->number);
}

int64_t day_words_date(const struct day_words *words, size_t at, size_t *ret_next) {
    const struct day_word *token = day_words_at(words, at);
    size_t next = at + 1;
    int month = day_words_month(token->word);
    if (month) { /* August 1st, 2013 */
        skip(words, &next, ".");
        skip(words, &next, "the");
        const struct day_word *day = day_words_at(words, next);
        if (day->number < 1 || day->number > 31)
            return -1;
        next++;
        skip_ordinal(words, &next);
        int year = year_after(words, &next);
        *ret_next = next;
        return day_number(words, year, month, day->number);
    }
    if (token->number < 0)
        return -1;
    if (token->digits == 4) { /* 2013. augusztus 1. */
        size_t at_month = next;
        skip(words, &at_month, ".");
        const struct day_word *day = day_words_at(words, at_month + 1);
        month = day_words_month(day_words_at(words, at_month)->word);
        if (month && day->number > 0) {
            *ret_next = at_month + 2;
            return day_number(words, token->number, month, day->number);
        }
    }
    int64_t days = numeric_date(words, at, ret_next);
    if (days >= 0 || token->number < 1 || token->number > 31 || token->digits > 2)
        return days;
    skip_ordinal(words, &next); /* 1. August 2013, 1er août, 1 de agosto de 2013, 1st of August */
    skip(words, &next, "-");    /* 1-Aug-2013 */
    month = day_words_month(day_words_at(words, next)->word);
    if (!month)
        return -1;
    next++;
    if (day_words_is(words, next, ".") && day_words_at(words, next + 1)->number >= 0)
        next++;
    int year = year_after(words, &next);
    *ret_next = next;
    return day_number(words, year, month, token->number);
}

/* Whether the weekday at AT only introduces a date: "Friday, the 19th of July". */
static bool introduces_date(const struct day_words *words, size_t at) {
    size_t ignored, next = at + 1;
    for (size_t i = 0; i < 2; i++)
        next += is_one_of(day_words_at(words, next)->word, ",|the|der|dem|den|le|il|el|dia|(|.");
    return day_words_date(words, next, &ignored) >= 0;
}

int64_t day_words_relative(const struct day_words *words, size_t at) {
    const char *word = day_words_at(words, at)->word;
    if (words->today < 0)
        return -1;
    if (is_one_of(word, "tomorrow|demain|mañana|amanhã|domani|завтра"))
        return words->today + 1;
    size_t weekday = find_list(word, weekdays, COUNT_OF(weekdays));
    if (weekday < COUNT_OF(weekdays) && !introduces_date(words, at)) {
        int ahead = ((int)weekday - civil_weekday(civil_from_days(words->today)) + 7) % 7;
        return words->today + (ahead ? ahead : 7);
    }
    return -1;
}

/* "2 weeks" at AT. */
static int64_t span_at(const struct day_words *words, size_t at, size_t *ret_next) {
    const struct day_word *word = day_words_at(words, at);
    int many = word->number;
    if (many < 0)
        many = (int)find_list(word->word, numbers, COUNT_OF(numbers)) + 1;
    if (many < 1 || many > (word->number < 0 ? (int)COUNT_OF(numbers) : 400))
        return -1;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (is_one_of(day_words_at(words, at + 1)->word, units[i].words)) {
            struct civil_date date = civil_add_months(civil_from_days(words->today), many * units[i].months);
            *ret_next = at + 2;
            return civil_to_days(date) + (int64_t)many * units[i].days;
        }
    return -1;
}

int64_t day_words_read(const char *text, size_t length, int64_t today, size_t *ret_end) {
    enum { AHEAD_MAX = 800 };
    auto_arena arena = arena_new();
    struct day_words words = {.today = today};
    day_words_split(&words, arena_copy_bytes(arena, text, length), arena);
    for (size_t at = 0; at < words.count; at++) {
        size_t next = at + 1;
        int64_t day = day_words_date(&words, at, &next);
        if (day < 0)
            day = span_at(&words, at, &next);
        if (day < 0)
            day = day_words_relative(&words, at);
        if (day >= 0) {
            next += is_one_of(day_words_at(&words, next)->word, behind);
            *ret_end = words.items[next - 1].end;
            return day > today && day <= today + AHEAD_MAX ? day : -1;
        }
        const char *word = words.items[at].word;
        bool introduces = find_list(word, weekdays, COUNT_OF(weekdays)) < COUNT_OF(weekdays);
        if (!introduces && !is_one_of(word, before) && !string_starts_with(word, "jusqu"))
            return -1;
    }
    return -1;
}
