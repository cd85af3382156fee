#!/usr/bin/python3
"""Real Postfix and Dovecot on loopback, in a temporary directory, on free ports, for as long as a test needs them.

    with MailServers() as servers:
        servers.add_user("anna@a.test")
        servers.send("anna@a.test", "iln@example.test", subject="Hello", text="...")
        wait_for(lambda: servers.messages("iln@example.test"))

Every domain under .test is served, from the same Postfix; all others are refused at RCPT, nothing ever leaves the machine. Addresses without a mailbox
bounce with a delivery status notification; `refused...@` is refused at RCPT for good, `later...@` for now. A message with
a line end that is not CRLF is refused. The programme's mailbox is iln@example.test, with sub-addresses iln+anything@example.test.

127.0.0.1 and `localhost` show a good certificate; 127.0.0.2 one for another name; 127.0.0.3 one by a CA that nobody trusts.
The ports are the same on all three. Needs root: Postfix and Dovecot change to users of their own.

Run as a program it starts the servers, prints one `name value` line a setting and `ready`, and stops them at end of input.
"""
import email
import email.message
import email.policy
import email.utils
import imaplib
import json
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

DEBIAN_PACKAGES = ["postfix", "dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "dovecot-sieve", "openssl", "python3"]

PROGRAMME = "iln@example.test"
PASSWORD = "correct horse"

GOOD, WRONG_NAME, UNTRUSTED = "127.0.0.1", "127.0.0.2", "127.0.0.3"


class ServersError(Exception):
    """The servers could not be started, or did not do what a helper asked for."""


def wait_for(condition, timeout=10.0, what=None, interval=0.05):
    """Calls CONDITION until it gives something true and returns that. ServersError after TIMEOUT seconds."""
    end = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= end:
            raise ServersError("waited %.1f s in vain for %s" % (timeout, what or "a condition"))
        time.sleep(interval)


def free_ports(count):
    """COUNT different TCP ports that nobody listens on at this moment on any of the three addresses."""
    ports, held = [], []
    try:
        while len(ports) < count:
            first = socket.socket()
            held.append(first)
            first.bind((GOOD, 0))
            port = first.getsockname()[1]
            try:
                for address in (WRONG_NAME, UNTRUSTED):
                    other = socket.socket()
                    held.append(other)
                    other.bind((address, port))
            except OSError:
                continue
            ports.append(port)
    finally:
        for each in held:
            each.close()
    return ports


def run(*command, timeout=30, check=True, **more):
    """Runs a command to its end and returns what it printed. Into a file, not a pipe: daemons that it starts hold on to it."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=timeout,
                              **more)
        output.seek(0)
        text = output.read()
    if check and done.returncode:
        raise ServersError("%s ended with %d:\n%s" % (" ".join(command), done.returncode, text))
    return text


class Certificates:
    """A CA that tests trust, one that nobody trusts, and the certificates of the three addresses."""

    def __init__(self, directory):
        self.directory = directory
        os.mkdir(directory, 0o755)
        self.ca_file = self._authority("ca", "Test CA")
        self.other_ca_file = self._authority("other-ca", "Nobody's CA")
        self.good = self._server("good", "ca", "localhost", "DNS:localhost,IP:%s" % GOOD)
        self.wrong_name = self._server("wrong-name", "ca", "elsewhere.test", "DNS:elsewhere.test")
        self.untrusted = self._server("untrusted", "other-ca", "localhost", "DNS:localhost,IP:%s,IP:%s" % (GOOD, UNTRUSTED))

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _authority(self, name, title):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
            "-subj", "/CN=" + title, "-keyout", self._path(name + ".key"), "-out", self._path(name + ".pem"),
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        return self._path(name + ".pem")

    def _server(self, name, authority, title, names):
        request, extensions = self._path(name + ".csr"), self._path(name + ".ext")
        with open(extensions, "w") as file:
            file.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % names)
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + title,
            "-keyout", self._path(name + ".key"), "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-days", "30", "-CA", self._path(authority + ".pem"),
            "-CAkey", self._path(authority + ".key"), "-CAcreateserial", "-extfile", extensions, "-out", self._path(name + ".pem"))
        chain = self._path(name + ".chain")
        with open(chain, "w") as file:
            for part in (name + ".key", name + ".pem"):
                with open(self._path(part)) as source:
                    file.write(source.read())
        os.chmod(chain, 0o600)
        return self._path(name)


DOVECOT_CONFIGURATION = """
base_dir = {run}
state_dir = {run}/state
instance_name = {name}
log_path = {dovecot_log}
listen = 127.0.0.1, 127.0.0.2, 127.0.0.3
protocols = imap lmtp
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_uid = nobody
mail_gid = nogroup
mail_home = {mail}/%Ld/%Ln
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
mail_fsync = never
auth_failure_delay = 0
auth_mechanisms = plain login
auth_username_chars =
recipient_delimiter = {delimiter}
ssl = {tls}
ssl_cert = <{certificates}/good.pem
ssl_key = <{certificates}/good.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = {plaintext_refused}
submission_host = 127.0.0.1:{smtp_port}
lda_mailbox_autocreate = yes
postmaster_address = postmaster@example.test
hostname = mail.example.test
shutdown_clients = yes
local 127.0.0.2 {{
  ssl_cert = <{certificates}/wrong-name.pem
  ssl_key = <{certificates}/wrong-name.key
}}
local 127.0.0.3 {{
  ssl_cert = <{certificates}/untrusted.pem
  ssl_key = <{certificates}/untrusted.key
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {users}/%Lu
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {users}/%Lu
  override_fields = uid=nobody gid=nogroup
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = no
    special_use = \\Junk
  }}
}}
service imap-login {{
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {queue}/private/dovecot-lmtp {{
    user = postfix
    mode = 0600
  }}
}}
service auth {{
  unix_listener {queue}/private/dovecot-auth {{
    user = postfix
    mode = 0600
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/active.sieve
  sieve_extensions = +vacation-seconds
  sieve_vacation_min_period = 0
}}
"""

POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {postfix_data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {postfix_log}
maillog_file_prefixes = {directory}
syslog_name = postfix
myhostname = mail.example.test
myorigin = example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_transport = error:5.1.1 there are no local users here
default_transport = error:5.4.4 this server sends nothing outside .test
virtual_mailbox_domains = regexp:{postfix}/domains
virtual_transport = lmtp:unix:private/dovecot-lmtp
lmtp_destination_recipient_limit = 1
alias_maps =
alias_database =
local_recipient_maps =
recipient_delimiter = {delimiter}
notify_classes =
message_size_limit = {size_limit}
mailbox_size_limit = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
maximal_queue_lifetime = {queue_lifetime}
bounce_queue_lifetime = {queue_lifetime}
in_flow_delay = 0
smtpd_banner = mail.example.test ESMTP
smtpd_peername_lookup = no
smtpd_timeout = 30s
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificates}/good.chain
smtpd_tls_loglevel = 0
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/dovecot-auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access regexp:{postfix}/recipients
smtputf8_enable = yes
smtp_dns_support_level = disabled
disable_dns_lookups = yes
"""

POSTFIX_MASTER = """
postlog   unix-dgram n - n - 1 postlogd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp flags=OX
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
"""


class MailServers:
    """Postfix and Dovecot. Settings are fixed once started:

    size_limit      the largest message that Postfix takes, in bytes
    queue_lifetime  how long Postfix tries before it bounces, as Postfix writes it ("10s", "1d")
    plaintext       let clients log in without TLS
    keep            leave the directory behind for a look
    postfix         False: Dovecot alone
    sub_addresses   False: address+anything is an address of its own
    """

    def __init__(self, size_limit=20_000_000, queue_lifetime="1d", plaintext=False, keep=False, postfix=True,
                 sub_addresses=True):
        self.size_limit = size_limit
        self.queue_lifetime = queue_lifetime
        self.plaintext = plaintext
        self.postfix = postfix
        self.sub_addresses = sub_addresses
        self.keep = keep or bool(os.environ.get("KEEP_SERVERS"))
        self.directory = None
        self.users = {}
        self.host = "localhost"
        self._running = set()

    # ---- Starting and stopping ----

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    def start(self):
        if os.geteuid() != 0:
            raise ServersError("these tests start Postfix and Dovecot, which need root: run them as root")
        for program in ("postfix", "dovecot", "openssl"):
            if not shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin"):
                raise ServersError("%s is missing: apt-get install %s" % (program, " ".join(DEBIAN_PACKAGES)))
        self.directory = tempfile.mkdtemp(prefix="mail-", dir="/tmp")
        os.chmod(self.directory, 0o755)
        try:
            self.certificates = Certificates(self._path("certificates"))
            self.ca_file = self.certificates.ca_file
            for attempt in range(3):
                self._configure()
                try:
                    self.start_dovecot()
                    if self.postfix:
                        self.start_postfix()
                    break
                except ServersError:
                    if attempt == 2:
                        raise
                    self.stop_postfix()
                    self.stop_dovecot()
            if PROGRAMME not in self.users:
                self.add_user(PROGRAMME)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        if not self.directory:
            return
        try:
            self.stop_postfix()
            self.stop_dovecot()
        finally:
            if self.keep:
                sys.stderr.write("# kept: %s\n" % self.directory)
            else:
                shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None

    def _path(self, *names):
        return os.path.join(self.directory, *names)

    def _write(self, name, text, mode=0o644):
        with open(self._path(name), "w") as file:
            file.write(text)
        os.chmod(self._path(name), mode)

    def _configure(self):
        self.smtp_port, self.submission_port, self.smtps_port, self.imap_port, self.imaps_port = free_ports(5)
        for name in ("run", "run/state", "mail", "users", "postfix", "queue", "postfix-data"):
            os.makedirs(self._path(name), 0o755, exist_ok=True)
        nobody = pwd.getpwnam("nobody")
        os.chown(self._path("mail"), nobody.pw_uid, nobody.pw_gid)
        postfix = pwd.getpwnam("postfix").pw_uid
        os.chown(self._path("postfix-data"), postfix, 0)
        if not os.path.isdir(self._path("queue/private")):  # before Postfix makes it: Dovecot puts its sockets there
            os.mkdir(self._path("queue/private"), 0o700)
            os.chown(self._path("queue/private"), postfix, 0)
        values = dict(
            directory=self.directory, name=os.path.basename(self.directory), run=self._path("run"), mail=self._path("mail"),
            users=self._path("users"), queue=self._path("queue"), certificates=self.certificates.directory,
            postfix=self._path("postfix"), postfix_data=self._path("postfix-data"), postfix_log=self._path("postfix.log"),
            dovecot_log=self._path("dovecot.log"), smtp_port=self.smtp_port, imap_port=self.imap_port,
            imaps_port=self.imaps_port, size_limit=self.size_limit, queue_lifetime=self.queue_lifetime,
            delimiter="+" if self.sub_addresses else "",
            tls="yes" if self.plaintext else "required", plaintext_refused="no" if self.plaintext else "yes")
        self._write("dovecot.conf", DOVECOT_CONFIGURATION.format(**values))
        self._write("postfix/main.cf", POSTFIX_MAIN.format(**values))
        self._write("postfix/domains", "/^([^@]+\\.)?test$/ OK\n")
        self._write("postfix/recipients",
                    "/^refused[^@]*@/ 550 5.1.1 no such user here\n/^later[^@]*@/ 450 4.2.0 please try again later\n"
                    "/^full[^@]*@/ 552 5.2.2 mailbox full\n")
        master = [POSTFIX_MASTER]
        for address, chain in ((GOOD, "good"), (WRONG_NAME, "wrong-name"), (UNTRUSTED, "untrusted")):
            certificate = " -o smtpd_tls_chain_files=%s/%s.chain" % (self.certificates.directory, chain)
            login = certificate + (" -o smtpd_sasl_auth_enable=yes"
                                   " -o smtpd_relay_restrictions=permit_sasl_authenticated,reject")
            master.append("%s:%d inet n - n - - smtpd%s" % (address, self.smtp_port, certificate))
            master.append("%s:%d inet n - n - - smtpd%s -o smtpd_tls_security_level=encrypt"
                          % (address, self.submission_port, login))
            master.append("%s:%d inet n - n - - smtpd%s -o smtpd_tls_wrappermode=yes" % (address, self.smtps_port, login))
        self._write("postfix/master.cf", "\n".join(master) + "\n")

    def _await_port(self, port, log, timeout=10.0):
        def listening():
            try:
                socket.create_connection((GOOD, port), 1).close()
                return True
            except OSError:
                return False
        try:
            wait_for(listening, timeout, "port %d" % port, 0.02)
        except ServersError as problem:
            raise ServersError("%s; the log ends:\n%s" % (problem, log()[-2000:])) from None

    def start_dovecot(self):
        if "dovecot" not in self._running:
            self._running.add("dovecot")
            run("dovecot", "-c", self._path("dovecot.conf"))
            self._await_port(self.imaps_port, self.dovecot_log)

    def stop_dovecot(self):
        if "dovecot" in self._running:
            self._running.discard("dovecot")
            pid = self._pid("run/master.pid")
            if pid:
                os.kill(pid, signal.SIGTERM)  # as `doveadm stop` does, which then waits
                self._end_dovecot_log(pid)
                self._await_end(pid)

    def _end_dovecot_log(self, master):
        """Dovecot waits three seconds for its log process, which waits for Dovecot. Ends it once it is the last one."""
        def last_one():
            try:
                with open("/proc/%d/task/%d/children" % (master, master)) as file:
                    children = [int(child) for child in file.read().split()]
                names = []
                for child in children:
                    with open("/proc/%d/cmdline" % child) as file:
                        names.append(file.read().rstrip("\0"))  # empty: a zombie
            except OSError:
                return [0]
            logs = [child for child, name in zip(children, names) if name.endswith("/log")]
            return (logs or [0]) if len(logs) == sum(map(bool, names)) else None
        try:
            for pid in wait_for(last_one, 2):
                if pid:
                    os.kill(pid, signal.SIGKILL)
        except (ServersError, ProcessLookupError):
            pass  # then it takes its three seconds

    def start_postfix(self):
        if "postfix" not in self._running:
            self._running.add("postfix")
            try:
                run("postfix", "-c", self._path("postfix"), "start")
            except ServersError as problem:  # Postfix says why only to a terminal
                reason = run("script", "-qc", "postfix -c %s check" % self._path("postfix"), "/dev/null", check=False)
                raise ServersError("%s%s%s" % (problem, reason, self.postfix_log()[-2000:])) from None
            self._await_port(self.smtps_port, self.postfix_log)

    def stop_postfix(self):
        if "postfix" in self._running:
            self._running.discard("postfix")
            pid = self._pid("queue/pid/master.pid")
            run("postfix", "-c", self._path("postfix"), "stop", check=False)
            self._await_end(pid)

    def _pid(self, name):
        try:
            with open(self._path(name)) as file:
                return int(file.read().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _await_end(self, pid):
        """Waits for a server to be gone; after some seconds ends it the hard way."""
        def gone():
            try:
                with open("/proc/%d/stat" % pid) as file:
                    return file.read().rsplit(")", 1)[1].split()[0] == "Z"
            except (OSError, IndexError):
                return True
        if pid is None:
            return
        try:
            wait_for(gone, 5)
        except ServersError:
            os.kill(pid, signal.SIGKILL)

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
        time.sleep(1.2)  # as long as Dovecot trusts what it read before

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
        connection = imaplib.IMAP4_SSL(self.host, self.imaps_port, ssl_context=self.tls_context(), timeout=20)
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

    def wait_for_messages(self, address, count=1, folder="INBOX", timeout=10.0):
        """Waits until FOLDER holds at least COUNT mails and returns them all."""
        def enough():
            found = self.messages(address, folder)
            return found if len(found) >= count else None
        return wait_for(enough, timeout, "%d message(s) in %s of %s" % (count, folder, address), 0.1)

    def append(self, address, message, folder="INBOX", flags=None):
        """Puts MESSAGE (bytes or email message) straight into a folder, past Postfix; creates the folder."""
        with self.imap(address) as connection:
            connection.create('"%s"' % folder)
            raw = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
            status, answer = connection.append('"%s"' % folder, flags, None, raw)
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
        with smtplib.SMTP(self.host, self.submission_port, timeout=20) as connection:
            connection.starttls(context=self.tls_context())
            connection.login(address, self.users[address.lower()])
            self._submit(connection, address if envelope_from is None else envelope_from, recipients, message)
        return message

    def deliver(self, envelope_from, recipients, message):
        """Hands MESSAGE (bytes or email message) to the MX port as any stranger could, without login."""
        recipients = [recipients] if isinstance(recipients, str) else list(recipients)
        with smtplib.SMTP(self.host, self.smtp_port, timeout=20) as connection:
            self._submit(connection, envelope_from, recipients, message)
        return message

    @staticmethod
    def _submit(connection, envelope_from, recipients, message):
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
        connection.sendmail(envelope_from, recipients, raw)

    # ---- Looking inside ----

    def postfix_log(self):
        return self._text("postfix.log")

    def dovecot_log(self):
        return self._text("dovecot.log")

    def _text(self, name):
        try:
            with open(self._path(name), errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def queue(self):
        """What Postfix still has to deliver: one dictionary a message, as `postqueue -j` has them."""
        output = run("postqueue", "-c", self._path("postfix"), "-j")
        return [json.loads(line) for line in output.splitlines() if line.startswith("{")]

    def wait_for_empty_queue(self, timeout=20.0):
        wait_for(lambda: not self.queue(), timeout, "Postfix's queue to be empty", 0.1)

    def doveadm(self, *arguments):
        return run("doveadm", "-c", self._path("dovecot.conf"), *arguments)

    def settings(self):
        """What a program needs to use the servers, as strings."""
        return {
            "directory": self.directory, "host": self.host, "wrong_name_host": WRONG_NAME, "untrusted_host": UNTRUSTED,
            "ca_file": self.ca_file, "smtp_port": str(self.smtp_port), "submission_port": str(self.submission_port),
            "smtps_port": str(self.smtps_port), "imap_port": str(self.imap_port), "imaps_port": str(self.imaps_port),
            "programme": PROGRAMME, "password": PASSWORD,
        }


def main():
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(1))
    with MailServers() as servers:
        for name, value in servers.settings().items():
            print(name, value)
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
