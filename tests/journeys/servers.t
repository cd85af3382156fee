#!/usr/bin/python3
"""The harness itself: Postfix and Dovecot start, deliver, bounce, answer for people who are away, and stop."""
import imaplib
import os
import smtplib
import socket
import ssl
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import servers as harness
import tap

ANNA, BEN = "anna@a.test", "ben@b.test"


def delivery(tap, servers):
    """A participant's mail reaches the programme's inbox through any sub-address, and says which."""
    servers.send(ANNA, "iln+rabcdef@example.test", "Grüße", "Kia ora!\n.\nsecond line")
    mail = servers.wait_for_messages(harness.PROGRAMME)[0]
    tap.equal(mail["Subject"], "Grüße", "the subject arrives")
    tap.contains(mail.get_content(), "\n.\nsecond line", "a lone dot survives")
    tap.equal(mail["Delivered-To"].strip("<>"), "iln+rabcdef@example.test", "Delivered-To holds the sub-address")
    tap.equal(mail["X-Original-To"].strip("<>"), "iln+rabcdef@example.test", "X-Original-To holds the sub-address")
    tap.ok("\\Seen" not in mail.flags, "reading a user's mails leaves them unseen")
    servers.empty(harness.PROGRAMME)
    tap.equal(servers.messages(harness.PROGRAMME), [], "a mailbox can be emptied")


def bounces(tap, servers):
    """Unknown users give a delivery status notification; refused ones an answer at once."""
    servers.send(harness.PROGRAMME, "nobody@a.test", "Hello", "Are you there?", envelope_from="iln+b123@example.test")
    bounce = servers.wait_for_messages(harness.PROGRAMME)[0]
    tap.equal(bounce.get_content_type(), "multipart/report", "an unknown user's bounce is a report")
    tap.contains(bounce.as_string(), "Status: 5.1.1", "with status 5.1.1")
    tap.equal(bounce["Delivered-To"].strip("<>"), "iln+b123@example.test", "sent to the envelope sender")
    for address, code in (("refused@a.test", 550), ("later@a.test", 450), ("full@a.test", 552),
                          ("someone@outside.example", 550)):
        try:
            servers.send(ANNA, address, "Hello", "")
            tap.ok(False, "%s is refused" % address)
        except smtplib.SMTPRecipientsRefused as refusal:
            tap.equal(refusal.recipients[address][0], code, "%s is refused with %d" % (address, code))
    servers.empty(harness.PROGRAMME)


def vacation(tap, servers):
    """An absence notice answers personal mail, not automatic mail."""
    servers.vacation_on(BEN, "Back on the 1st.", "Away: your letter")
    servers.send(ANNA, BEN, "Hi Ben", "How are you?")
    notice = servers.wait_for_messages(ANNA)[0]
    tap.equal(notice["Auto-Submitted"], "auto-replied (vacation)", "the notice says that it is automatic")
    tap.equal(notice["Subject"], "Away: your letter", "with its subject")
    servers.send(ANNA, BEN, "Automatic", "", headers={"Auto-Submitted": "auto-generated"})
    servers.wait_for_messages(BEN, 2)
    servers.vacation_off(BEN)
    servers.send(ANNA, BEN, "Hi again", "")
    servers.wait_for_messages(BEN, 3)
    servers.wait_for_empty_queue()
    tap.equal(len(servers.messages(ANNA)), 1, "no notice for automatic mail, nor once switched off")


def users(tap, servers):
    """Users come and go while the servers run."""
    servers.add_user("carla@new-domain.test")
    servers.deliver("stranger@elsewhere.example", "carla@new-domain.test",
                    servers.compose("stranger@elsewhere.example", "carla@new-domain.test", "Welcome"))
    tap.equal(servers.wait_for_messages("carla@new-domain.test")[0]["Subject"], "Welcome", "a new user gets mail")
    servers.remove_user("carla@new-domain.test")
    servers.send(ANNA, "carla@new-domain.test", "Still there?")
    servers.wait_for_messages(ANNA, 2)
    tap.contains(servers.postfix_log(), "to=<carla@new-domain.test>", "the log tells about each recipient")
    tap.contains(servers.postfix_log(), "status=bounced", "a removed user bounces")


def trust(tap, servers):
    """Certificates: good on one address, for another name or untrusted on the others."""
    for host, good in ((harness.GOOD, True), (harness.WRONG_NAME, False), (harness.UNTRUSTED, False)):
        for kind, port in (("IMAP", servers.imaps_port), ("SMTP", servers.smtps_port)):
            try:
                with socket.create_connection((host, port), harness.PATIENCE) as plain:
                    with servers.tls_context().wrap_socket(plain, server_hostname=host):
                        trusted = True
            except ssl.SSLCertVerificationError:
                trusted = False
            tap.equal(trusted, good, "%s on %s is %s" % (kind, host, "trusted" if good else "not trusted"))
    with smtplib.SMTP_SSL(servers.host, servers.smtps_port, context=servers.tls_context(), timeout=harness.PATIENCE) as connection:
        connection.login(ANNA, harness.PASSWORD)
        tap.ok(True, "login over implicit TLS")
        tap.equal(int(connection.esmtp_features["size"]), servers.size_limit, "SIZE is as configured")
    with smtplib.SMTP(servers.host, servers.submission_port, timeout=harness.PATIENCE) as connection:
        connection.ehlo()
        tap.ok("auth" not in connection.esmtp_features, "no login without TLS")
    try:
        servers.imap(ANNA, "wrong")
        tap.ok(False, "a wrong password is refused")
    except imaplib.IMAP4.error:
        tap.ok(True, "a wrong password is refused")


def outage(tap, servers):
    """Either server can be away for a while; nothing is lost."""
    servers.stop_dovecot()
    servers.deliver(ANNA, BEN, servers.compose(ANNA, BEN, "During the outage"))
    harness.wait_for(servers.queue, 0, "mail to wait in the queue")
    servers.start_dovecot()
    tap.ok(any(mail["Subject"] == "During the outage" for mail in servers.wait_for_messages(BEN, 4)),
           "mail is delivered once Dovecot is back")
    servers.stop_postfix()
    try:
        servers.send(ANNA, BEN, "x")
        tap.ok(False, "a stopped Postfix takes nothing")
    except OSError:
        tap.ok(True, "a stopped Postfix takes nothing")
    servers.start_postfix()
    servers.send(ANNA, BEN, "After the outage")
    servers.wait_for_messages(BEN, 5)
    tap.ok(True, "mail flows again")


def journey(tap):
    servers = harness.MailServers()
    with servers:
        tap.ok(True, "started")
        directory = servers.directory
        servers.add_user(ANNA)
        servers.add_user(BEN)
        for part in (delivery, bounces, vacation, users, trust, outage):
            part(tap, servers)
    harness.wait_for(lambda: not [name for name in os.listdir("/proc") if name.isdigit() and
                                  os.path.basename(directory) in command_line(name)], 0, "the last process to end")
    tap.ok(True, "no process is left behind")
    tap.ok(not os.path.exists(directory), "no file is left behind")


def command_line(pid):
    try:
        with open("/proc/%s/cmdline" % pid) as file:
            return file.read()
    except OSError:
        return ""


tap.run(journey)
