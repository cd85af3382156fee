"""The mailboxes on the servers: users, the mails in their folders, and sending as one of them."""
import email
import email.message
import email.policy
import email.utils
import imaplib
import os
import pwd
import smtplib
import ssl

from machine import PATIENCE, ServersError, run, wait_for

PASSWORD = "correct horse"


class Mailboxes:
    """What servers.MailServers can do for its users; that class has the ports and the files."""

    # ---- Users ----

    def add_user(self, address, password=PASSWORD):
        """Gives ADDRESS a mailbox, at once. Returns the address."""
        address = address.lower()
        self.users[address] = password
        # One file a user, because Dovecot looks for changes in a file only once a second.
        self._write("users/" + address, "%s:{PLAIN}%s::::%s::\n" % (address, password, self.home(address)))
        return address

    def remove_user(self, address):
        """Mail to ADDRESS bounces from now on and its login is refused; its mails stay where they are."""
        del self.users[address.lower()]
        os.unlink(self._path("users", address.lower()))
        def forgotten():  # Dovecot trusts for a second what it read before
            return "doesn't exist" in run("doveadm", "-c", self._path("dovecot.conf"), "user", address.lower(), check=False)
        wait_for(forgotten, 0, "Dovecot to know that %s is gone" % address)

    def home(self, address):
        local, _, domain = address.lower().rpartition("@")
        return self._path("mail", domain, local)

    def _write_as_nobody(self, path, text):
        nobody = pwd.getpwnam("nobody")
        directory = os.path.dirname(path)
        missing = []
        while not os.path.isdir(directory):
            missing.append(directory)
            directory = os.path.dirname(directory)
        for each in reversed(missing):
            os.mkdir(each, 0o700)
            os.chown(each, nobody.pw_uid, nobody.pw_gid)
        with open(path, "w") as file:
            file.write(text)
        os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def vacation_on(self, address, text="I am away until Monday.", subject=None, seconds=0):
        """Lets Pigeonhole answer mail to ADDRESS (RFC 5230): each sender once in SECONDS, 0 for every time."""
        quote = lambda string: '"%s"' % string.replace("\\", "\\\\").replace('"', '\\"')
        script = 'require ["vacation", "vacation-seconds"];\nvacation :seconds %d %s :addresses [%s]\n%s;\n' % (
            seconds, ":subject " + quote(subject) if subject else "", quote(address), quote(text))
        self._write_as_nobody(os.path.join(self.home(address), "active.sieve"), script)

    def vacation_off(self, address):
        for name in ("active.sieve", "active.svbin"):
            try:
                os.unlink(os.path.join(self.home(address), name))
            except FileNotFoundError:
                pass

    # ---- Mail ----

    def tls_context(self):
        return ssl.create_default_context(cafile=self.ca_file)

    def imap(self, address, password=None):
        """A logged-in imaplib connection; usable as `with servers.imap(...) as connection`."""
        connection = imaplib.IMAP4_SSL(self.host, self.imaps_port, ssl_context=self.tls_context(), timeout=PATIENCE)
        connection.login('"%s"' % address, password or self.users[address.lower()])
        return connection

    def messages(self, address, folder="INBOX"):
        """All mails in FOLDER, oldest first, as email.message.EmailMessage (line ends are \\n) with `uid`, `flags` and
        `raw` (the bytes on the server) added. Leaves them unseen. A folder that doesn't exist has none."""
        found = []
        with self.imap(address) as connection:
            if connection.select('"%s"' % folder, readonly=True)[0] != "OK":
                return found
            for part in connection.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")[1]:
                if not isinstance(part, tuple):
                    continue
                message = email.message_from_bytes(part[1].replace(b"\r\n", b"\n"), policy=email.policy.default)
                words = part[0].decode().replace("(", " ").replace(")", " ").split()
                message.uid = int(words[words.index("UID") + 1])
                message.flags = [flag.decode() for flag in imaplib.ParseFlags(part[0])]
                message.raw = part[1]
                found.append(message)
        return found

    def wait_for_messages(self, address, count=1, folder="INBOX", timeout=0.0):
        """Waits until FOLDER holds at least COUNT mails and returns them all."""
        def enough():
            found = self.messages(address, folder)
            return found if len(found) >= count else None
        return wait_for(enough, timeout, "%d message(s) in %s of %s" % (count, folder, address), 0.1)

    def append(self, address, message, folder="INBOX", flags=None, moment=None):
        """Puts MESSAGE (bytes or email message) straight into a folder, past Postfix; creates the folder. MOMENT: when it
        came, in UTC seconds, instead of now."""
        with self.imap(address) as connection:
            connection.create('"%s"' % folder)
            raw = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
            status, answer = connection.append('"%s"' % folder, flags, moment and imaplib.Time2Internaldate(moment), raw)
            if status != "OK":
                raise ServersError("APPEND: %r" % answer)

    def empty(self, address, folder="INBOX"):
        with self.imap(address) as connection:
            if connection.select('"%s"' % folder)[0] == "OK":
                connection.uid("STORE", "1:*", "+FLAGS.SILENT", "(\\Deleted)")
                connection.expunge()

    def recreate(self, address, folder="INBOX"):
        """Empties FOLDER and gives it another UIDVALIDITY, as a server does that lost its index."""
        with self.imap(address) as connection:
            connection.select('"%s"' % folder)
            before = int(connection.response("UIDVALIDITY")[1][0])
        self.empty(address, folder)
        self.doveadm("mailbox", "update", "-u", address, "--uid-validity", str(before + 1000), folder)

    @staticmethod
    def compose(sender, recipients, subject="", text="", headers=None):
        """A plain text mail; HEADERS adds or replaces fields."""
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["From"] = sender
        message["To"] = recipients if isinstance(recipients, str) else ", ".join(recipients)
        message["Subject"] = subject
        message["Date"] = email.utils.formatdate(localtime=False)
        message["Message-ID"] = email.utils.make_msgid(domain=email.utils.parseaddr(sender)[1].rpartition("@")[2] or "test")
        for name, value in (headers or {}).items():
            del message[name]
            message[name] = value
        message.set_content(text)
        return message

    def send(self, sender, recipients, subject="", text="", headers=None, message=None, envelope_from=None):
        """Sends as the user SENDER, logged in, through the submission port. RECIPIENTS: an address or a list. MESSAGE (bytes
        or email message) instead of SUBJECT, TEXT and HEADERS sends just that. Returns the message sent."""
        address = email.utils.parseaddr(sender)[1]
        recipients = [recipients] if isinstance(recipients, str) else list(recipients)
        message = message or self.compose(sender, recipients, subject, text, headers)
        with smtplib.SMTP(self.host, self.submission_port, timeout=PATIENCE) as connection:
            connection.starttls(context=self.tls_context())
            connection.login(address, self.users[address.lower()])
            self._submit(connection, address if envelope_from is None else envelope_from, recipients, message)
        return message

    def deliver(self, envelope_from, recipients, message):
        """Hands MESSAGE (bytes or email message) to the MX port as any stranger could, without login."""
        recipients = [recipients] if isinstance(recipients, str) else list(recipients)
        with smtplib.SMTP(self.host, self.smtp_port, timeout=PATIENCE) as connection:
            self._submit(connection, envelope_from, recipients, message)
        return message

    @staticmethod
    def _submit(connection, envelope_from, recipients, message):
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
        connection.sendmail(envelope_from, recipients, raw)
