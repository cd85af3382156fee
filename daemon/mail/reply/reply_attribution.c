#include "mail/reply/reply_line.h"

#include <string.h>

#include "base/text.h"
#include "mail/terms.h"

enum { WRAPPED_MAX = 5, ATTRIBUTION_MAX = 400, NAME_MAX_BYTES = 120, NAME_WORDS_MAX = 6, REST_MAX = 60 };
enum { SENTENCE_WORD_MIN = 5, LAST_WORDS_MAX = 2 }; /* bytes: "févr." is an abbreviation */

/* "wrote", as the mail programs of each language say it; folded. Where a form has words on both sides of the name,
 * the last words stand here. In the order English, German, French, Spanish, Catalan, Galician, Portuguese, Italian,
 * Dutch, Afrikaans, Danish, Norwegian, Swedish, Icelandic, Finnish, Estonian, Polish, Czech, Slovak, Hungarian,
 * Romanian, Greek, Turkish, Azerbaijani, Russian, Bulgarian, Ukrainian, Belarusian, Serbian, Croatian, Bosnian,
 * Slovenian, Lithuanian, Latvian, Arabic, Persian, Urdu, Hebrew, Chinese, Japanese, Korean, Vietnamese, Thai,
 * Indonesian, Malay, Filipino, Hindi, Marathi, Bengali, Tamil, Swahili, Esperanto, Welsh, Irish, Basque, Armenian,
 * Georgian, Albanian, Macedonian. */
static const char wrote[] =
    "wrote|writes|has written|said the following|schrieb|schreibt|geschrieben|a écrit|a ecrit|écrit|écrivait|escribió|"
    "escribio|escribe|va escriure|ha escrit|escribiu|escreveu|escreveram|ha scritto|scritto|scrisse|scrive|schreef|"
    "geschreven|geskryf|skryf|skrev|skrev følgende|skrev följande|skriver|skrifaði|kirjoitti|kirjutas|napisał(a)|"
    "napisał|napisała|napisali|pisze|pisał(a)|napsal(a)|napsal|napsala|napísal(a)|napísal|napísala|píše|írta|"
    "írta (időpont|a scris|έγραψε|έγραψε τα εξής|έγραψαν|yazdı|yazdi|yazmış|написал|написала|написал(а)|пишет|писал|"
    "писал(а)|написа|написав|написав(-ла)|пише|напісаў|написао|написао/ла|napisao|napisala|napisao/la|napisal|"
    "napisal/-a|napisal(a)|rašė|parašė|rakstīja|كتب|كتبت|كتب ما يلي|نوشت|نوشته|نوشته است|لکھا|כתב|כתבה|נכתב על ידי|"
    "כתב/ה|כתב(ה)|写道|写到|寫道|寫到|撰写|撰寫|のメール|のメッセージ|書きました|書いた|작성|썼습니다|쓰셨습니다|쓴 글|"
    "đã viết|viết|เขียนว่า|เขียน|menulis|sumulat|लिखा|लिहिले|লিখেছেন|எழுதியது|எழுதினார்|aliandika|skribis|ysgrifennodd|"
    "scríobh|idatzi du|գրել է|დაწერა|shkroi|ka shkruar|напиша";

/* What such a line begins with where a date follows. */
static const char openings[] =
    "on |at |in |am |den |le |el |em |en |il |op |d. |pe |ke |ma |w dniu |dnia |dne |dňa |în data |la data |in data |"
    "pe data |στις |στην |στο |в |во |на |у |от |за |在|于|於|vào |lúc |ngày |เมื่อ|ใน|วันที่|pada |no |na |dia |בתאריך |ב-|"
    "ביום |في |بتاريخ |در |u |dana |noong |hari |tarihinde |von |from |de |da |van |från |fra |od |tr, |mnamo |ar |"
    "ons |þann |o ";

/* Lines that name only the writer and still introduce a quotation. */
static const char quoting[] =
    "quoting |excerpts from |zitat von |citando a |citando |citat från |citat av |quote von |citeren |cytat |citace |"
    "lainaus |idézet |citação de ";

static const char weekdays[] =
    "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|seg|ter|qua|qui|"
    "sex|gio|sab|maa|din|woe|don|vri|zat|zon|man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön|tors|pon|wt|śr|czw|pt|pią|sob|"
    "niedz|po|út|st|čt|pá|ne|ut|št|pi|lu|mie|joi|vin|sâm|dum|hét|ked|sze|csü|pén|szo|vas|tii|kes|tor|per|lau|пн|вт|ср|"
    "чт|пт|сб|вс|нд|пон|сре|сер|сря|чет|пят|пет|суб|съб|вос|нед|вів|п'ят|δευ|τρί|τετ|πέμ|παρ|σάβ|κυρ|pzt|sal|çar|cum|"
    "cmt|paz";

struct features {
    bool verb, time, year, colon, quoting;
    bool address;
    bool enclosed; /* an address as mail programs write it: <a@example.org> or at the beginning; in prose it is bare */
    size_t numbers;
};

/* Numbers, years, times of day and addresses of TEXT. */
static void read_features(const char *text, struct features *features) {
    for (const char *at = text; *at;) {
        size_t digits = strspn(at, "0123456789");
        if (digits) {
            features->numbers++;
            const char *after = at + digits;
            if (digits == 4 && (at[0] == '1' || at[0] == '2'))
                features->year = true;
            if (digits <= 2 && (*after == ':' || *after == '.' || *after == 'h') && ascii_is_digit(after[1]) &&
                ascii_is_digit(after[2]) && !ascii_is_digit(after[3]))
                features->time = true;
            at = after;
        } else {
            if (*at == '@' && at > text && at[-1] != ' ' && at[1] != ' ' && at[1] != '\0')
                features->address = true;
            if (*at == '<' || *at == '(' || *at == '[' || *at == '"' || at == text) {
                size_t length = strcspn(at + 1, " ");
                features->enclosed = features->enclosed || memchr(at + 1, '@', length);
            }
            at++;
        }
    }
}

static bool starts_with_weekday(const char *text) {
    for (struct term day = {.rest = weekdays}; terms_next(&day);)
        if (strncmp(text, day.word, day.length) == 0) {
            const char *after = text + day.length;
            after += strcspn(after, " ,.");
            if (*after && strpbrk(after, "0123456789"))
                return true;
        }
    return false;
}

static bool ends_sentence(const char *text) {
    size_t length = strlen(text);
    return length > 0 && strchr(".!?", text[length - 1]);
}

enum opening { OPENS_NOTHING, OPENS_WITH_NAME, OPENS_WITH_NUMBER, OPENS_WITH_WORD };

/* "Fine, thanks! On Monday Anna wrote:" has somebody's words before it; "Dr. J. Berg" has not. */
static bool has_sentence_before(const char *text) {
    for (const char *at = strpbrk(text, ".!?"); at; at = strpbrk(at + 1, ".!?"))
        if (at[1] == ' ' && at - text >= 2 &&
            (*at != '.' || starts_with_weekday(at + 2) || (terms_begin(at + 2, openings) && !ascii_is_digit(at[-1]))))
            return true;
    return false;
}

/* "Anna <anna@example.org> is my partner. She never wrote:" goes from one sentence to the next behind the address. */
static bool has_sentence_inside(const char *text) {
    size_t letters = 0;
    for (const char *at = strchr(text, '>'); at && *at; at++) {
        if (strchr(".!?", *at) && letters >= SENTENCE_WORD_MIN && at[1] == ' ' && !ascii_is_digit(at[2]) &&
            at[2] != '\0')
            return true;
        letters = strchr(" .,;:!?<>()\"", *at) || ascii_is_digit(*at) ? 0 : letters + 1;
    }
    return false;
}

/* "Yes! On Monday ..." without the full stop: "Yes On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.org> wrote:"
 * where a program wrote behind what the person had. The date's first word stands inside of TEXT, and nothing before it
 * tells of a date or a writer. */
static bool has_words_before(const char *text) {
    const char *first_digit = strpbrk(text, "0123456789"), *address = strchr(text, '@');
    for (const char *at = strchr(text, ' '); at && first_digit && at < first_digit; at = strchr(at + 1, ' ')) {
        if (address && address < at)
            return false;
        if (!terms_begin(at + 1, openings))
            continue;
        char before[NAME_MAX_BYTES + 1] = "", date[ATTRIBUTION_MAX + 1] = "";
        memcpy(before, text, (size_t)(at - text) < NAME_MAX_BYTES ? (size_t)(at - text) : NAME_MAX_BYTES);
        size_t length = address ? (size_t)(address - at - 1) : strlen(at + 1);
        memcpy(date, at + 1, length < ATTRIBUTION_MAX ? length : ATTRIBUTION_MAX);
        struct features features = {0};
        read_features(date, &features);
        if (features.time && features.year && !terms_stand_in(before, wrote))
            return true;
    }
    return false;
}

/* How LINE could begin an introduction. */
static enum opening find_opening(const struct reply_line *line, size_t before, size_t count) {
    const char *text = line->folded + strspn(line->folded, "-*_> ");
    bool number = strpbrk(text, "0123456789") || (count > 1 && strpbrk(line[1].folded, "0123456789"));
    if (terms_begin(text, quoting) || (number && (terms_begin(text, openings) || starts_with_weekday(text))))
        return OPENS_WITH_WORD;
    if (ascii_is_digit(*text))
        return OPENS_WITH_NUMBER;
    if (has_words_before(text))
        return OPENS_NOTHING;
    const char *address = strchr(text, '@');
    if (address) {
        /* the address alone is the end of a name that stands on the line before */
        bool named_before = *text == '<' && before > 0 && line[-1].kind == REPLY_TEXT &&
                            strlen(line[-1].folded) <= NAME_MAX_BYTES && !ends_sentence(line[-1].folded);
        return !named_before && (size_t)(address - text) <= NAME_MAX_BYTES && !has_sentence_before(text)
                   ? OPENS_WITH_NAME
                   : OPENS_NOTHING;
    }
    if (count > 1 && line[1].folded[0] == '<' && strchr(line[1].folded, '@') && strlen(text) <= NAME_MAX_BYTES &&
        !ends_sentence(text))
        return OPENS_WITH_NAME;
    size_t length = strlen(text);
    bool closed = length > 0 && (text[length - 1] == ':' || string_ends_with(text, " >>>"));
    return terms_stand_in(text, wrote) || (number && closed) ? OPENS_WITH_NAME : OPENS_NOTHING;
}

/* What the joined lines are: 0 nothing (yet), 1 an introduction if a marked quotation follows, 2 one in any case. */
static int judge(const char *text, enum opening opening, size_t line_count) {
    struct features features = {0};
    size_t length = bytes_trim(text, strlen(text), "-*_ ");
    bool ruled = strlen(text) - length >= 3; /* "---- On ... wrote ----" */
    features.colon = length > 0 && text[length - 1] == ':';
    bool address_last = length > 0 && (text[length - 1] == '>' || text[length - 1] == ']');
    bool verb_last = terms_end(text, length, wrote);
    if ((!features.colon && !verb_last && !address_last) || has_sentence_inside(text))
        return 0;
    read_features(text, &features);
    bool framed = string_ends_with(text, " >>>"); /* GroupWise; the beginning's marks are off */
    features.verb = verb_last || terms_stand_in(text, wrote);
    features.quoting = terms_begin(text, quoting);
    bool dated = (features.time && features.numbers >= 3) || (features.year && features.numbers >= 2);
    bool exact = features.enclosed || (features.time && features.year && features.numbers >= 4);
    bool closed = features.colon || ruled || verb_last;
    if ((features.verb && closed && exact && (dated || features.colon)) || (framed && dated))
        return 2;
    if (features.address && features.colon && (features.quoting || (dated && opening == OPENS_WITH_NUMBER)))
        return 2;
    /* "вт, 2 июл. 2013 г. в 9:15, Anna <anna@example.org>:" has no verb in some languages */
    if (features.enclosed && features.time && features.year && starts_with_weekday(text) && length > 1 &&
        text[length - 1] == ':' && text[length - 2] == '>')
        return 2;
    if (features.verb && closed && (dated || features.address))
        return 1;
    if (features.address && dated && (features.colon || opening == OPENS_WITH_NUMBER || *text == '*'))
        return 1;
    if (features.colon && ((features.time && features.year) || features.enclosed || features.quoting))
        return 1;
    if (features.colon && features.verb && features.numbers > 0 && opening == OPENS_WITH_WORD)
        return 1;
    /* "Anna Berg wrote:" */
    return features.colon && features.verb && line_count == 1 && length <= NAME_MAX_BYTES &&
                   terms_count(text) <= NAME_WORDS_MAX
               ? 1
               : 0;
}

/* Cheap to ask, and false for nearly all lines. */
static bool may_end(struct reply_line *line) {
    if (!line->end_known) {
        size_t length = bytes_trim(line->folded, strlen(line->folded), "-*_ ");
        line->ends_like_intro =
            length > 0 && (strchr(":>]", line->folded[length - 1]) || terms_end(line->folded, length, wrote));
        line->end_known = true;
    }
    return line->ends_like_intro;
}

/* The last words of an introduction that seemed to be complete before them: "... Anna <anna@example.org> napisao",
 * "je:", and the quotation. How many lines it has with them. */
static size_t with_last_words(const struct reply_line *lines, size_t count, size_t found) {
    if (string_ends_with(lines[found - 1].folded, ":"))
        return found;
    for (size_t i = found; i < count && i < found + LAST_WORDS_MAX && lines[i].kind == REPLY_TEXT; i++) {
        size_t below = i + 1;
        while (below < count && lines[below].kind == REPLY_BLANK)
            below++;
        if (strlen(lines[i].folded) <= REST_MAX && string_ends_with(lines[i].folded, ":") && below < count &&
            lines[below].kind == REPLY_QUOTED)
            return i + 1;
    }
    return found;
}

/* The number of lines that an introduction beginning here has, and how sure it is. */
static size_t match(struct reply_line *lines, size_t before, size_t count, int *ret_sure) {
    bool ends = false;
    for (size_t i = 0; i < count && i < WRAPPED_MAX && lines[i].kind == REPLY_TEXT && !ends; i++)
        ends = may_end(&lines[i]);
    enum opening opening = ends ? find_opening(lines, before, count) : OPENS_NOTHING;
    if (opening == OPENS_NOTHING)
        return 0;
    char joined[ATTRIBUTION_MAX + 1] = "";
    size_t length = 0, found = 0;
    for (size_t i = 0; i < count && i < WRAPPED_MAX && lines[i].kind == REPLY_TEXT && !lines[i].cut; i++) {
        const char *folded = lines[i].folded;
        if (i == 0)
            folded += strspn(folded, "-_> ");
        size_t more = strlen(folded);
        if (length + more + 1 > ATTRIBUTION_MAX || (found > 0 && more > REST_MAX))
            break;
        if (length > 0 && joined[length - 1] != '<')
            joined[length++] = ' ';
        memcpy(joined + length, folded, more + 1);
        length += more;
        int sure = may_end(&lines[i]) ? judge(joined, opening, i + 1) : 0;
        if (sure > 0) {
            found = i + 1;
            *ret_sure = sure;
        }
        /* "... <anna@example.org>" is enough, but "wrote:" may stand on the next line */
        if (sure > 0 && joined[length - 1] != '>')
            break;
    }
    return found ? with_last_words(lines, count, found) : 0;
}

static bool holds_address(const struct reply_line *lines, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (strchr(lines[i].folded, '@'))
            return true;
    return false;
}

size_t reply_attribution_lines(struct reply_line *lines, size_t before, size_t count, bool *ret_certain) {
    int sure = 0, later_sure = 0;
    size_t found = match(lines, before, count, &sure);
    if (!found)
        return 0;
    /* Of several lines that could begin it, the last one does: what stands before is the person's. But a number may be
     * the rest of a date that was wrapped. */
    for (size_t i = 1; i < found; i++) {
        enum opening opening = find_opening(lines + i, before + i, count - i);
        bool rest = (opening == OPENS_WITH_NUMBER || opening == OPENS_WITH_NAME) &&
                    find_opening(lines, before, count) >= OPENS_WITH_NUMBER && !ends_sentence(lines[i - 1].folded);
        /* the writer's address stands in it once */
        const char *address = strchr(lines[0].folded, '<');
        rest = rest || (address && strchr(address, '@') && !holds_address(lines, i, found) &&
                        !ends_sentence(lines[i - 1].folded));
        if (!rest && match(lines + i, before + i, count - i, &later_sure) == found - i && later_sure >= sure)
            return 0;
    }
    *ret_certain = sure == 2;
    return found;
}

bool reply_attribution_is_date(const struct reply_line *lines, size_t count) {
    struct features above = {0}, below = {0};
    if (lines[0].kind != REPLY_TEXT || lines[0].cut || strlen(lines[0].folded) > NAME_MAX_BYTES ||
        ends_sentence(lines[0].folded))
        return false;
    read_features(lines[0].folded, &above);
    for (size_t i = 1; i <= count; i++)
        read_features(lines[i].folded, &below);
    return above.time && above.year && above.numbers >= 4 && !below.time && !below.year && below.address;
}
