/* SMTP replies: the same however the bytes are cut, printable, bounded. */
#include <string.h>

#include "harness.h"
#include "net/smtp_reply.h"

void fuzz_prepare(void) {
}

static enum smtp_reply_progress read_in_pieces(const char *bytes, size_t length, size_t piece, size_t *ret_used,
                                               struct smtp_reply *ret) {
    struct smtp_reply_reader reader = {0};
    *ret_used = 0;
    while (*ret_used < length) {
        size_t used = 0, offered = length - *ret_used < piece ? length - *ret_used : piece;
        enum smtp_reply_progress progress = smtp_reply_read(&reader, bytes + *ret_used, offered, &used, ret);
        check(used <= offered);
        *ret_used += used;
        if (progress != REPLY_UNFINISHED)
            return progress;
        check(used == offered);
    }
    return REPLY_UNFINISHED;
}

void fuzz_try(const char *bytes, size_t length) {
    size_t used = 0;
    struct smtp_reply reply = {0};
    enum smtp_reply_progress progress = read_in_pieces(bytes, length, length + 1, &used, &reply);
    for (size_t piece = 1; piece <= 7; piece += 3) {
        size_t used_again = 0;
        struct smtp_reply again = {0};
        check(read_in_pieces(bytes, length, piece, &used_again, &again) == progress);
        check(progress != REPLY_WHOLE || (used == used_again && memcmp(&reply, &again, sizeof reply) == 0));
    }
    if (progress != REPLY_WHOLE)
        return;
    check(reply.code >= 200 && reply.code <= 599);
    fuzz_check_line(reply.text);
    for (const char *letter = reply.text; *letter; letter++)
        check((unsigned char)*letter >= 32 && *letter != 127);
    check(!*reply.status || (reply.status[0] - '0' == reply.code / 100 && reply.status[1] == '.'));
    check(strspn(reply.status, "0123456789.") == strlen(reply.status));
}
