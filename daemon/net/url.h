#pragma once
/* URLs of mail servers (RFC 3986), as far as a configuration needs to know them. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

enum { URL_PART_SIZE = 256, URL_SIZE = 1024 };

struct url {
    char scheme[16]; /* lower case */
    char host[URL_PART_SIZE];
    int port;      /* 0: none was written */
    bool has_user; /* "user@" or "user:password@" stands in it */
};

/* False where TEXT is no URL with a scheme that we speak and a host, or is too long. */
bool url_read(const char *text, struct url *ret);

/* TEXT in its normal form, with PORT put in where it names none (0: nothing is put in). False as above. */
bool url_complete(const char *text, int port, char ret[URL_SIZE]);

/* One part of a URL, as curl_url_get gives it, as a string of the caller's; NULL where it has none. */
char *url_part(CURLU *url, CURLUPart part, unsigned flags);
