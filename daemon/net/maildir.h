#pragma once
/* The embedded post office: a folder that holds one Maildir for each address, ready for any mail client. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "net/post_office.h"

/* Copied by whoever is made with them. */
struct maildir_settings {
    const char *path;    /* the folder of Maildirs; made where it is missing (not its parents) */
    const char *address; /* the programme's: "iln@example.org", or "@iln.example.org" for a catch-all domain */
    char separator;      /* before the tag of a sub-address; 0: a catch-all domain */
    bool quick;          /* without waiting for the disk: for demos and rehearsals, where a power cut may lose mail and,
                            in the programme's own Maildir, give a number out twice */

    /* Sending only: true for an address that should be refused as unknown (550 5.1.1), as are those that stand in the
     * file "unknown-users" in PATH, one on a line. NULL: none. */
    bool (*is_unknown)(void *context, const char *address);
    void *context;

    /* Receiving only. */
    const char *done_folder;   /* where MARK_MOVE puts messages; NULL: "Handled" */
    size_t message_bytes_most; /* beyond it only the header is read; 0: 25 MiB */
};

/* The sending half: delivers at once, into the Maildir of the address. Each message is delivered with Return-Path and
 * Delivered-To before it, as a final delivery does (RFC 5321 section 4.4), LF line ends, and the file's time taken from
 * the clock; mail to any sub-address of the programme goes into the programme's own Maildir. A disk that can't take it
 * makes the office unavailable; if only the last wait for the disk failed, the message is uncertain. Never NULL; freed
 * by its operation `free`. */
struct mail_sender *maildir_sender_new(const struct maildir_settings *settings);

/* The receiving half: the programme's own Maildir, read like an IMAP mailbox. Folders are those of Maildir++: INBOX is
 * the Maildir itself, Junk its folder .Junk where there is one. MARK_FLAG sets the S (seen) flag, MARK_MOVE moves into
 * the done folder, made where missing; UIDs of another UIDVALIDITY count as gone. Messages are given with CRLF line
 * ends. Never NULL; freed by its operation `free`. */
struct mail_receiver *maildir_receiver_new(const struct maildir_settings *settings);

/* ---- What both share ---- */

/* Appends the folder's name for ADDRESS: safe in a file system whatever the address holds, the same for any case of it,
 * different for different addresses. */
void maildir_append_folder_name(struct text *text, const char *address);

/* True for the programme's own address and all its sub-addresses. */
bool maildir_is_programme(const struct maildir_settings *settings, const char *address);

/* Makes the post office's folder PATH (not its parents) where missing. */
bool maildir_make_office(const char *path, struct error *error);

/* Makes PATH (not its parents) with tmp, new and cur where missing. */
bool maildir_create(const char *path, bool quick, struct error *error);

/* Waits until the folder's own entries are on the disk. */
bool maildir_sync_folder(const char *path, struct error *error);

/* Writes one file of LENGTH bytes, whole or not at all: TEMPORARY_PATH first, then renamed to PATH. FOLDER is PATH's.
 * If *RET_VISIBLE is true on failure, the file stands there but may not survive a power cut. */
bool maildir_write_file(const char *temporary_path, const char *path, const char *folder, const char *bytes,
                        size_t length, bool quick, bool *ret_visible, struct error *error);

/* Puts a message into the Maildir at PATH, made where missing; BYTES with LF line ends. RET_VISIBLE as above. */
bool maildir_deliver(const char *path, const char *bytes, size_t length, bool quick, bool *ret_visible,
                     struct error *error);

/* A whole file of at most MOST bytes, not following links, not waiting for pipes. False with ERROR_PERMANENT where
 * there is none (*RET_MISSING true), or it is no regular file or larger. */
bool maildir_read_file(const char *path, size_t most, struct text *ret, bool *ret_missing, struct error *error);
