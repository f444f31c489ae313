/** Settings that differ from one start to another. */
export interface DovecotSettings {
  readonly folder: string
  readonly ports: { readonly imap: number; readonly imaps: number; readonly pop3: number; readonly pop3s: number }
  readonly certificate: string
  readonly key: string
  /** How mail is kept: sdbox, mdbox or maildir. */
  readonly format: string
  /** optimized: messages are durable when acknowledged, flags are not; always: both. */
  readonly fsync: string
  /** Settings besides these, for who asks about extensions. */
  readonly more?: string
}

/**
 * Dovecot at its best: long-lived log-in processes, imap processes started ahead and used again, an authentication
 * cache, tokens checked without asking anybody.
 */
export const dovecotConfig = (it: DovecotSettings): string => `
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0

base_dir = ${it.folder}/run
state_dir = ${it.folder}/state
log_path = ${it.folder}/log
listen = 127.0.0.1
protocols = imap pop3

ssl = yes
ssl_server_cert_file = ${it.certificate}
ssl_server_key_file = ${it.key}

auth_allow_cleartext = yes
auth_mechanisms = xoauth2
auth_username_format = %{user | lower}
auth_cache_size = 10M
oauth2 {
  introspection_mode = local
  username_attribute = email
  username_validation_format = %{user}
  oauth2_local_validation {
    dict fs {
      fs posix {
        prefix = ${it.folder}/keys/
      }
    }
  }
}
passdb static {
  password = never-asked-for
}
userdb static {
  fields {
    uid = mail
    gid = mail
    home = ${it.folder}/mail/%{user | lower}
  }
}
first_valid_uid = 1
first_valid_gid = 1

mail_driver = ${it.format}
mail_path = ~/mail
mail_fsync = ${it.fsync}
mail_max_userip_connections = 100000
mailbox_idle_check_interval = 30s
maildir_very_dirty_syncs = yes
mdbox_rotate_size = 64M
namespace inbox {
  inbox = yes
  separator = /
}

default_vsz_limit = unlimited
default_client_limit = 10000
default_process_limit = 5000
service imap-login {
  inet_listener imap {
    port = ${it.ports.imap}
  }
  inet_listener imaps {
    port = ${it.ports.imaps}
    ssl = yes
  }
  restart_request_count = unlimited
  process_min_avail = 2
  client_limit = 5000
}
service imap {
  process_limit = 5000
  process_min_avail = 16
  restart_request_count = 1000
}
service pop3-login {
  inet_listener pop3 {
    port = ${it.ports.pop3}
  }
  inet_listener pop3s {
    port = ${it.ports.pop3s}
    ssl = yes
  }
  restart_request_count = unlimited
  process_min_avail = 1
  client_limit = 2000
}
service pop3 {
  process_limit = 1000
  process_min_avail = 8
  restart_request_count = 1000
}
service anvil {
  client_limit = 15000
}
service auth {
  client_limit = 15000
}
${it.more ?? ''}`
