#pragma once
/* URLs of mail servers (RFC 3986), as far as a configuration needs to know them. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

enum { URL_SIZE = 1024 };

struct url {
    char scheme[16];      /* lower case */
    char whole[URL_SIZE]; /* in its normal form */
    bool has_user;        /* "user@" or "user:password@" stands in it */
};

/* Where the scheme is PLAIN and TEXT names no port, PLAIN_PORT is put in. False where TEXT is no URL with a scheme that
 * we speak and a host, or is too long. */
bool url_read(const char *text, const char *plain, int plain_port, struct url *ret);

/* One part of a URL, as curl_url_get gives it, as a string of the caller's; NULL where it has none. */
char *url_part(CURLU *url, CURLUPart part, unsigned flags);
