"""What Dovecot and Postfix are told; str.format fills in the names in braces."""
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
imap_capability = {imap_capability}
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
virtual_alias_maps = regexp:{postfix}/aliases
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
smtpd_timeout = 1h
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
