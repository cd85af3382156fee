#include "mail/automatic/vacation.h"

#include <stdbool.h>
#include <string.h>

#include "base/civil.h"
#include "base/day_words.h"
#include "base/text.h"
#include "mail/terms.h"

enum { LOOK_BACK = 7, LOOK_AHEAD = 6, RANGE_GAP = 4, SECONDS_A_DAY = 86400 };

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

static bool is_triggered(const struct day_words *notice, size_t at) {
    bool swedish = at >= 4 && day_words_is(notice, at - 1, ".") && day_words_is(notice, at - 2, "m") &&
                   day_words_is(notice, at - 3, ".") && day_words_is(notice, at - 4, "o"); /* "t.o.m. 15 mars" */
    if (swedish || (at && terms_are(notice->items[at - 1].word, just_before)))
        return true;
    for (size_t back = 1; back <= LOOK_BACK && back <= at; back++) {
        const char *word = notice->items[at - back].word;
        if (terms_are(word, triggers) || string_starts_with(word, "jusqu"))
            return true;
        if (string_equal(word, "!") || string_equal(word, "?") || string_equal(word, ";"))
            return false;
    }
    return false;
}

/* Japanese, Chinese, Korean, Finnish, Turkish and Hungarian say it after the date. */
static bool is_followed_by_end(const struct day_words *notice, size_t next) {
    for (size_t i = next; i < next + LOOK_AHEAD && i < notice->count; i++)
        if (terms_are(notice->items[i].word, ends))
            return true;
    return false;
}

static bool is_range_word(const struct day_words *notice, size_t at) {
    bool dutch = at >= 2 && day_words_is(notice, at, "m") && day_words_is(notice, at - 1, "/") &&
                 day_words_is(notice, at - 2, "t");
    return dutch || terms_are(day_words_at(notice, at)->word, range_words);
}

/* Whether between a bare number and a date stands nothing but what joins the ends of a range. */
static bool is_gap(const struct day_words *notice, size_t from, size_t to) {
    bool joined = false;
    for (size_t i = from; i < to; i++) {
        bool joins = is_range_word(notice, i);
        if (!joins && !day_words_is(notice, i, ".") && !day_words_is(notice, i, "/") && !day_words_is(notice, i, "t"))
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
    struct day_words notice = {.today = mail_date > 0 ? mail_date / SECONDS_A_DAY : -1};
    day_words_split(&notice, subject, arena);
    day_words_split(&notice, text, arena);
    int64_t found = -1, start = -1;
    size_t start_next = 0;
    for (size_t i = 0; i < notice.count;) {
        size_t next = i + 1;
        int64_t day = day_words_date(&notice, i, &next);
        bool relative = day < 0;
        if (relative && (day = day_words_relative(&notice, i)) < 0) {
            i++;
            continue;
        }
        /* "July 10-31", "10-31 July", "from 1 July to Friday, 9 August" */
        bool is_end = false;
        for (size_t j = start_next; start >= 0 && i - start_next <= RANGE_GAP && j < i && !is_end; j++)
            is_end = is_range_word(&notice, j);
        for (size_t back = 2; !relative && back <= 5 && back <= i && !is_end; back++)
            is_end = notice.items[i - back].number > 0 && is_gap(&notice, i - back + 1, i);
        const struct day_word *last = day_words_at(&notice, next + 1);
        if (!relative && is_range_word(&notice, next) && last->number > 0 && last->number <= 31 && last->digits <= 2 &&
            day_words_month(notice.items[i].word)) {
            size_t ignored;
            int64_t other = day_words_date(&notice, next + 1, &ignored);
            if (other < 0 && last->number > day_words_at(&notice, i + 1)->number) {
                day += last->number - day_words_at(&notice, i + 1)->number;
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
    struct day_words notice = {.today = -1};
    char *day = arena_copy_bytes(arena, start, strnlen(start, 10));
    day_words_split(&notice, day, arena);
    size_t next;
    int64_t days = day_words_date(&notice, 0, &next);
    return days >= 0 ? format_day(days, arena) : NULL;
}
