#pragma once
/* The embedded post office's receiving half: the programme's own Maildir, read like an IMAP mailbox. */
#include "net/maildir.h"
#include "net/post_office.h"

/* Folders are those of Maildir++: INBOX is the Maildir itself, Junk its folder .Junk where there is one. MARK_FLAG sets
 * the S (seen) flag, MARK_MOVE moves into the done folder, made where missing; UIDs of another UIDVALIDITY count as
 * gone. Messages are given with CRLF line ends. Never NULL; freed by its operation `free`. */
struct mail_receiver *maildir_receiver_new(const struct maildir_settings *settings);
