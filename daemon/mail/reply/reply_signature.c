#include "mail/reply/reply_line.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "mail/terms.h"

enum {
    DELIMITED_LINES_MAX = 20, /* below "-- " */
    DELIMITED_BYTES_MAX = 1500,
    DELIMITED_SENTENCES_MAX = 3, /* a motto has as many; more are somebody's letter */
    RULED_LINES_MAX = 10,        /* below a rule */
    RULED_BYTES_MAX = 500,
    ADVERTISED_RULE_MIN = 30, /* bytes of the rule that webmailers draw above their advertisement */
    ADVERTISED_LINES_MAX = 4,
    SENTENCE_WORD_MIN = 4,  /* letters before a full stop: "Str." is an abbreviation */
    SENTENCE_LINE_MIN = 30, /* bytes of a line that ends a sentence; "Thanks!" is a closing */
    PHONE_DIGITS_MIN = 7,
};

/* Lines in a row, FROM the first up to the last one's next. */
struct run {
    struct reply_line *lines;
    size_t from, to;
    const char *writer; /* folded */
};

static bool is_delimiter(const struct reply_line *line) {
    return line->kind == REPLY_TEXT && line->length == 3 && strncmp(line->bytes, "-- ", 3) == 0;
}

static bool is_rule(const struct reply_line *line) {
    size_t length = 0;
    reply_line_undecorated(line->folded, &length);
    return line->kind == REPLY_TEXT && length == 0 && !strpbrk(line->folded, "()[]<>|+"); /* of tables */
}

/* ---- What a person may have written below a divider ---- */

/* A digit alone is an answer wherever it stands. */
static bool is_lone_digit(const struct reply_line *line) {
    size_t length = 0;
    const char *start = reply_line_undecorated(line->folded, &length);
    while (length > 1 && strchr(".:,!", start[length - 1]))
        length--;
    return length == 1 && *start >= '0' && *start <= '9';
}

/* "[1] https://example.org/": what the text above points at. */
static bool is_footnote(const struct reply_line *line) {
    const char *at = line->folded;
    size_t digits = *at == '[' ? strspn(at + 1, "0123456789") : 0;
    return digits > 0 && string_starts_with(at + 1 + digits, "]") && at[digits + 2] != '\0';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* A sentence that ends in the line or at its end: prose, where signatures have names and addresses. */
static bool is_sentence(const struct reply_line *line) {
    size_t letters = 0, length = strlen(line->folded);
    for (size_t i = 0; i < length; i++) {
        if (strchr(".!?", line->folded[i]) && letters >= SENTENCE_WORD_MIN &&
            ((line->folded[i + 1] == ' ' && is_letter(line->folded[i + 2])) ||
             (line->folded[i + 1] == '\0' && length >= SENTENCE_LINE_MIN)))
            return true;
        letters = is_letter(line->folded[i]) ? letters + 1 : 0;
    }
    return false;
}

/* An answer, a question, a postscript: the person's, even below a signature. */
static bool is_personal(const struct reply_line *line) {
    return is_lone_digit(line) || is_footnote(line) || string_ends_with(line->folded, "?") ||
           terms_begin(line->folded, "p.s.|p. s.|ps:|ps.|ps |p.d.|pd:|p.-s.|зы|з.ы.|п.с.|постскриптум");
}

/* Nobody's letter: at most so many lines, bytes and sentences. */
static bool fits(struct run run, size_t lines_max, size_t bytes_max, size_t sentences_max) {
    size_t lines = 0, bytes = 0, sentences = 0;
    for (size_t i = run.from; i < run.to; i++) {
        const struct reply_line *line = &run.lines[i];
        if (line->kind != REPLY_TEXT)
            continue;
        lines++;
        bytes += line->length;
        sentences += is_sentence(line);
        if (lines > lines_max || bytes > bytes_max || sentences > sentences_max || is_personal(line))
            return false;
    }
    return true;
}

/* ---- What is known to stand below a divider ---- */

/* The next word of letters from *AT on; 0 at the end. */
static size_t next_word(const char **at) {
    while (**at && !is_letter(**at))
        ++*at;
    size_t length = 0;
    while (is_letter((*at)[length]))
        length++;
    return length;
}

/* All words up to END are of the writer's name, initials or titles, one of the name at least. */
static bool is_name(const char *text, const char *end, const char *writer) {
    static const char titles[] = "dr|prof|dipl|ing|mag|msc|bsc|phd|mba|mr|mrs|ms|mme|herr|frau|sr|sra|dott|ssa";
    bool named = false;
    for (size_t length; (length = next_word(&text)) && text < end; text += length) {
        auto_string word = memory_copy_bytes(text, length);
        bool name = length > 1 && terms_stand_in(writer, word);
        if (!name && length > 1 && !terms_equal(word, length, titles))
            return false;
        named = named || name;
    }
    return named;
}

enum contact {
    CONTACT_NONE,
    CONTACT_ALONE, /* "Tel. +49 30 123456", "www.example.net" */
    CONTACT_MIXED, /* the same with more words: perhaps somebody else's */
};

static enum contact find_contact(const char *folded) {
    static const char labels[] =
        "tel|telefon|phone|telephone|mobil|mobile|cell|handy|fax|voice|e-mail|email|mail|web|website|blog|skype|"
        "whatsapp|signal|tél|téléphone|portable|teléfono|móvil|celular|correo|telefone|telemóvel|telefono|cellulare|"
        "mobiel|telefoon|puh|telefonnummer|тел|моб|факс";
    size_t digits = 0;
    bool found = false, strange = false;
    for (const char *at = folded; *at;) {
        size_t length = strcspn(at, " ");
        bool link = memchr(at, '@', length) || terms_begin(at, "http|www.|<http|(http|[http|<www.");
        found = found || link;
        size_t label = bytes_trim(at, length, ".:()"), start = bytes_span(at, label, "(");
        for (size_t i = 0; i < length; i++)
            digits += !link && at[i] >= '0' && at[i] <= '9';
        strange = strange || (!link && label - start > 1 && is_letter(at[start]) &&
                              !terms_equal(at + start, label - start, labels));
        at += length + strspn(at + length, " ");
    }
    if (!found && digits < PHONE_DIGITS_MIN)
        return CONTACT_NONE;
    return strange ? CONTACT_MIXED : CONTACT_ALONE;
}

/* The writer's name and how to reach them: nothing of it is anybody's answer. */
static bool is_signature(struct run run) {
    const char *first = run.lines[run.from].folded, *end = first + strcspn(first, "|,\xE2");
    size_t lines = 0;
    bool reached = false;
    for (size_t i = run.from; i < run.to; i++) {
        const struct reply_line *line = &run.lines[i];
        if (line->kind != REPLY_TEXT)
            continue;
        enum contact contact = find_contact(line->folded);
        if (lines++ > 0 && contact == CONTACT_MIXED)
            return false;
        reached = reached || contact != CONTACT_NONE;
    }
    return is_name(first, end, run.writer) && (reached || (lines == 1 && !*end)) &&
           fits(run, RULED_LINES_MAX, RULED_BYTES_MAX, 0);
}

/* How many words LINE has, all of which begin with a capital as names do; 0 where one does not, or is all capitals. */
static size_t count_capitalised(const struct reply_line *line) {
    size_t words = 0, letters = 0, capitals = 0;
    for (size_t i = 0; i <= line->length;) {
        uint32_t c = ' ';
        if (i < line->length)
            c = utf8_next(line->bytes, line->length, &i);
        else
            i++;
        bool inside = letters > 0;
        if (u_isalpha((UChar32)c)) {
            letters++;
            capitals += u_isupper((UChar32)c) != 0;
            if (!inside && !capitals)
                return 0;
        } else if (inside && c == ' ') {
            if (letters > 1 && letters == capitals)
                return 0;
            words++;
            letters = capitals = 0;
        } else if (c == '@') {
            break;
        }
    }
    return words;
}

/* Below "--", the delimiter as servers leave it that strip blanks: a closing formula and a name, or a full name alone;
 * or, where nobody wrote ABOVE in the same run of lines, a name and how to reach its owner. */
static bool is_stripped_signature(struct run run, bool above) {
    static const char formulas[] =
        "best regards|kind regards|best wishes|regards|sincerely|viele grüße|mit freundlichen grüßen|"
        "mit lieben grüßen|liebe grüße|herzliche grüße|cordialement|bien à vous|saludos|un saludo|atentamente|"
        "cordiali saluti|distinti saluti|saluti|atenciosamente|cumprimentos|met vriendelijke groet|groeten|"
        "med vänliga hälsningar|med venlig hilsen|pozdrawiam|с уважением";
    size_t lines = 0, strange = 0, first = count_capitalised(&run.lines[run.from]);
    bool formula = terms_begin(run.lines[run.from].folded, formulas), reached = false;
    for (size_t i = run.from; i < run.to; i++)
        if (run.lines[i].kind == REPLY_TEXT && lines++ < RULED_LINES_MAX) {
            bool contact = find_contact(run.lines[i].folded) != CONTACT_NONE;
            reached = reached || contact;
            strange += !contact && !count_capitalised(&run.lines[i]);
        }
    return (formula ? strange <= 1 : first >= 2 && ((reached && !above) || (lines == 1 && first >= 3))) &&
           fits(run, RULED_LINES_MAX, RULED_BYTES_MAX, 0);
}

/* Below "-- ": whatever programs put there. But one word alone that is no name may be an answer: "YES". */
static bool fits_delimiter(struct run run) {
    size_t lines = 0;
    const struct reply_line *last = NULL;
    for (size_t i = run.from; i < run.to && !is_rule(&run.lines[i]) && !is_delimiter(&run.lines[i]); i++)
        if (run.lines[i].kind == REPLY_TEXT)
            lines++, last = &run.lines[i];
    bool word = lines == 1 && !strpbrk(last->folded, " @./") && !count_capitalised(last) &&
                !is_name(last->folded, last->folded + strlen(last->folded), run.writer);
    return !word && fits(run, DELIMITED_LINES_MAX, DELIMITED_BYTES_MAX, DELIMITED_SENTENCES_MAX);
}

static bool any_stands_in(struct run run, const char *words) {
    for (size_t i = run.from; i < run.to; i++)
        if (run.lines[i].kind == REPLY_TEXT && terms_stand_in(run.lines[i].folded, words))
            return true;
    return false;
}

static bool holds_divider(struct run run) {
    for (size_t i = run.from; i < run.to; i++)
        if (is_rule(&run.lines[i]) || is_delimiter(&run.lines[i]))
            return true;
    return false;
}

/* "_____", "friends mailing list", and its page. */
static bool is_list_footer(struct run run) {
    return any_stands_in(run, "mailing list|mailing-list|mailingliste|mailinglijst|liste de diffusion|lista de "
                              "correo|lista de discussão|lista di discussione|listinfo|unsubscribe") &&
           any_stands_in(run, "http|https|mailto") && fits(run, ADVERTISED_LINES_MAX, RULED_BYTES_MAX, 0);
}

/* "Get messages as they come in the new Yahoo! Mail" below a long rule. */
static bool is_advertisement(struct run run) {
    return any_stands_in(run, "yahoo|msn|hotmail|gmail|aol|gmx|web.de") &&
           fits(run, ADVERTISED_LINES_MAX, RULED_BYTES_MAX, ADVERTISED_LINES_MAX);
}

/* "Heading" and a line of dashes of the same length below. */
static bool underlines(struct run run, size_t i) {
    if (i == run.from || run.lines[i - 1].kind != REPLY_TEXT)
        return false;
    size_t above = utf8_width(run.lines[i - 1].folded), rule = utf8_width(run.lines[i].folded);
    return rule >= 4 && rule <= above + 2 && above <= rule + 2;
}

/* "My doctor:" and a divider: what follows was asked for. */
static bool is_announced(const struct reply_line *above) {
    return above && string_ends_with(above->folded, ":");
}

/* The rule at I stands above nothing but what is known. ABOVE: the run's last words before it; NULL for none. */
static bool closes(struct run run, size_t i, const struct reply_line *above) {
    struct run below = {run.lines, i + 1, run.to, run.writer};
    while (below.from < below.to && run.lines[below.from].kind != REPLY_TEXT)
        below.from++;
    if (below.from == below.to)
        return !underlines(run, i);
    bool long_rule = strlen(run.lines[i].folded) >= ADVERTISED_RULE_MIN;
    return !underlines(run, i) && !is_announced(above) && !holds_divider(below) &&
           (is_signature(below) || (string_equal(run.lines[i].folded, "--") && is_stripped_signature(below, above)) ||
            (long_rule && (is_list_footer(below) || is_advertisement(below))));
}

/* ---- Lines that are known wherever they stand ---- */

/* The program's page, below the line that names it. */
static bool is_address_below_device(struct run run, size_t i) {
    const char *address = run.lines[i].folded;
    return i > run.from && !strchr(address, ' ') && terms_begin(address, "http|www.|<http") &&
           reply_device_find(&run.lines[i - 1]) == REPLY_DEVICE_LINE;
}

/* "Sent from my iPhone": whole paragraphs, the end of the run's last one, or its first lines: phones put the writer
 * below what they add. */
static void mark_device_lines(struct run run) {
    size_t last = run.to, first = run.from;
    while (last > run.from && run.lines[last - 1].kind == REPLY_BLANK)
        last--;
    while (first < run.to &&
           (run.lines[first].kind == REPLY_BLANK || reply_device_find(&run.lines[first]) == REPLY_DEVICE_LINE))
        reply_line_mark(&run.lines[first++], 1, REPLY_SIGNATURE);
    for (size_t i = run.from; i < run.to;) {
        size_t stop = i;
        while (stop < run.to && run.lines[stop].kind != REPLY_BLANK)
            stop++;
        size_t from = stop;
        bool sure = false;
        while (from > i) {
            enum reply_device found = reply_device_find(&run.lines[from - 1]);
            bool known = run.lines[from - 1].kind == REPLY_SIGNATURE || found == REPLY_DEVICE_LINE ||
                         is_address_below_device(run, from - 1);
            if (!known && found != REPLY_DEVICE_TOO)
                break;
            sure |= known;
            from--;
        }
        if (sure && (from == i || stop == last))
            reply_line_mark(run.lines + from, stop - from, REPLY_SIGNATURE);
        i = stop + (stop == i);
    }
}

/* Each paragraph for itself: what follows a disclaimer may be a letter. */
static void mark_footers(struct run run) {
    bool below = false; /* a footer */
    for (size_t i = run.from; i < run.to; i++) {
        bool first = i == run.from || run.lines[i - 1].kind != REPLY_TEXT || is_rule(&run.lines[i - 1]);
        if (!first || !(reply_footer_begins(&run.lines[i], run.to - i) ||
                        (below && reply_footer_continues(&run.lines[i], run.to - i)))) {
            below = below && run.lines[i].kind != REPLY_TEXT;
            continue;
        }
        size_t end = i;
        while (end < run.to && run.lines[end].kind == REPLY_TEXT && !is_personal(&run.lines[end]))
            end++;
        reply_line_mark(run.lines + i, end - i, REPLY_SIGNATURE);
        below = true;
    }
}

void reply_signature_mark(struct reply_line *lines, size_t count, const char *writer, struct arena *arena,
                          const char **ret_warning) {
    size_t name_count = 0;
    const struct reply_line *name = reply_line_split(writer, arena, &name_count);
    char *folded = arena_copy_string(arena, name_count ? name->folded : "");
    if (strrchr(folded, '@')) /* no names in its domain */
        *strrchr(folded, '@') = '\0';
    bool own = false;
    for (struct run run = {lines, 0, 0, folded}; run.from < count; run.from = run.to + 1) {
        run.to = run.from;
        while (run.to < count && (lines[run.to].kind == REPLY_TEXT || lines[run.to].kind == REPLY_BLANK))
            run.to++;
        const struct reply_line *above = NULL;
        mark_device_lines(run);
        mark_footers(run);
        for (size_t i = run.from; i < run.to; i++) {
            struct run below = {lines, i + 1, run.to, folded};
            bool delimited = own && is_delimiter(&lines[i]);
            if (delimited && !fits_delimiter(below))
                *ret_warning = "what follows the signature's mark is long, or an answer: it was kept";
            else if (delimited || (own && is_rule(&lines[i]) && closes(run, i, above))) {
                bool twice = i > run.from && string_equal(lines[i - 1].folded, "--"); /* Gmail's HTML */
                reply_line_mark(lines + i - twice, run.to - i + twice, REPLY_SIGNATURE);
                break;
            }
            above = reply_line_speaks(&lines[i]) ? &lines[i] : above;
            own = own || above;
        }
    }
}

bool reply_signature_is_all(struct reply_line *lines, size_t count) {
    size_t first = 0;
    while (first < count && lines[first].kind != REPLY_TEXT)
        first++;
    return first < count && is_delimiter(&lines[first]) && fits_delimiter((struct run){lines, first + 1, count, ""});
}
