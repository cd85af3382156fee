#include "net/smtp_reply.h"

#include <string.h>

#include "base/text.h"
#include "net/envelope.h"

enum { REPLY_BYTES_MOST = 1024 * 1024 };

static size_t count_digits(const char *text) {
    size_t count = 0;
    while (ascii_is_digit(text[count]))
        count++;
    return count;
}

/* class "." subject "." detail (RFC 3463 section 2), of the same class as the reply's code. */
static void find_status(struct smtp_reply *reply, const char *words) {
    size_t subject = words[0] == (char)('0' + reply->code / 100) && words[1] == '.' ? count_digits(words + 2) : 0;
    if (subject < 1 || subject > 3 || words[2 + subject] != '.')
        return;
    size_t detail = count_digits(words + 3 + subject), length = 3 + subject + detail;
    if (detail < 1 || detail > 3 || (words[length] && words[length] != ' '))
        return;
    memcpy(reply->status, words, length);
    reply->status[length] = '\0';
}

static void add_words(struct smtp_reply *reply, const char *words) {
    auto_text joined = TEXT_EMPTY;
    if (*reply->text)
        text_append_format(&joined, "%s ", reply->text);
    else
        text_append_format(&joined, "%d ", reply->code);
    /* A status repeated on each line says nothing new. */
    size_t status_length = strlen(reply->status);
    if (*reply->text && status_length && strncmp(words, reply->status, status_length) == 0 &&
        words[status_length] == ' ')
        words += status_length + 1;
    text_append(&joined, words);
    envelope_copy_line(reply->text, sizeof reply->text, text_string(&joined));
    string_trim(reply->text);
}

/* One line without its line end: code, then '-' where more lines follow (RFC 5321 section 4.2.1). */
static enum smtp_reply_progress read_line(struct smtp_reply_reader *reader) {
    char *line = reader->line;
    line[reader->kept] = '\0';
    while (reader->kept > 0 && line[reader->kept - 1] == '\r')
        line[--reader->kept] = '\0';
    if (count_digits(line) != 3 || line[0] < '2' || line[0] > '5' || (line[3] && line[3] != ' ' && line[3] != '-'))
        return REPLY_MALFORMED;
    int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (reader->started && code != reader->reply.code)
        return REPLY_MALFORMED;
    reader->started = true;
    reader->reply.code = code;
    const char *words = line[3] ? line + 4 : "";
    if (!*reader->reply.status)
        find_status(&reader->reply, words);
    if (strlen(reader->reply.text) + 1 < sizeof reader->reply.text)
        add_words(&reader->reply, words);
    return line[3] == '-' ? REPLY_UNFINISHED : REPLY_WHOLE;
}

enum smtp_reply_progress smtp_reply_read(struct smtp_reply_reader *reader, const char *bytes, size_t length,
                                         size_t *ret_used, struct smtp_reply *ret) {
    for (size_t i = 0; i < length; i++) {
        if (++reader->bytes > REPLY_BYTES_MOST) {
            *ret_used = i;
            return REPLY_MALFORMED;
        }
        if (bytes[i] != '\n') {
            /* A NUL would end the line early for us but not for whoever reads on. */
            if (reader->kept + 1 < sizeof reader->line)
                reader->line[reader->kept++] = bytes[i] ? bytes[i] : '?';
            continue;
        }
        enum smtp_reply_progress progress = read_line(reader);
        reader->kept = 0;
        if (progress == REPLY_UNFINISHED)
            continue;
        *ret_used = i + 1;
        *ret = reader->reply;
        *reader = (struct smtp_reply_reader){0};
        return progress;
    }
    *ret_used = length;
    return REPLY_UNFINISHED;
}
