#pragma once
/* The lines that phones and mail programs add: "Sent from my iPhone". */
#include "mail/reply/reply_line.h"

enum reply_device {
    REPLY_DEVICE_NONE,
    REPLY_DEVICE_LINE,
    REPLY_DEVICE_TOO, /* only beside such a line: "Please excuse my brevity." */
};

/* Asked of REPLY_TEXT; found out once for each line. */
enum reply_device reply_device_find(struct reply_line *line);
