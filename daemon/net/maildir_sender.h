#pragma once
/* The embedded post office's sending half: delivers at once, into the Maildir of the address. */
#include "net/maildir.h"
#include "net/post_office.h"

/* Each message is delivered with Return-Path and Delivered-To before it, as a final delivery does (RFC 5321 section
 * 4.4), LF line ends, and the file's time taken from the clock; mail to any sub-address of the programme goes into the
 * programme's own Maildir. A disk that can't take it makes the office unavailable; if only the last wait for the disk
 * failed, the message is uncertain. Never NULL; freed by its operation `free`. */
struct mail_sender *maildir_sender_new(const struct maildir_settings *settings);
