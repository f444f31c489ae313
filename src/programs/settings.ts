import { accessSettings } from '../access/settings.ts'
import {
  flag,
  integer,
  listener,
  octets,
  oneOf,
  secondsOf,
  type Setting,
  settings,
  type SettingsOf,
  text,
} from '../core/settings.ts'
import { uploadSettings } from '../core/uploads/settings.ts'
import { auditSettings, messageTraceSettings } from '../domain/audit/settings.ts'
import { directorySettings } from '../domain/directory/settings.ts'
import { mailSettings } from '../domain/mail/settings.ts'
import { keySettings } from '../domain/tokens/settings.ts'
import { entraSettings } from '../protocols/entra/settings.ts'
import { imapSettings } from '../protocols/imap/settings.ts'
import { pop3Settings } from '../protocols/pop3/settings.ts'
import { smtpSettings } from '../protocols/smtp/settings.ts'
import { connectionSettings } from './connection-settings.ts'

const portBase: Setting<number | 'auto'> = {
  meaning: 'What is added to every standard port; 0 is production, auto takes free ports',
  expected: 'a whole number from 0 to 60000, or auto',
  fallback: 10_000,
  read(raw) {
    if (raw === 'auto') return 'auto'
    const value = /^\d{1,5}$/.test(String(raw)) ? Number(raw) : -1
    return value >= 0 && value <= 60_000 ? value : undefined
  },
}

const publicUrl: Setting<string> = {
  meaning:
    'The URL under which clients reach HTTPS, such as that of a reverse proxy; empty for the host name of the certificate and https.port',
  expected: 'an https URL without a path, such as https://mail.example.com, or nothing',
  fallback: '',
  read(raw) {
    if (raw === '') return ''
    const url = typeof raw === 'string' ? URL.parse(raw) : null
    return url?.protocol === 'https:' && url.href === `${url.origin}/` ? url.origin : undefined
  },
}

const webhook: Setting<string> = {
  meaning:
    'Whom to tell by an HTTPS POST of JSON, once a day, which passwords are in use that a retirement plan ends within 30 days, and of owners who enabled theirs again; empty for nobody',
  expected: 'an https URL, or nothing',
  fallback: '',
  read: (raw) => (typeof raw === 'string' && (raw === '' || URL.parse(raw)?.protocol === 'https:') ? raw : undefined),
}

/** Every setting there is, by group; those of `server` carry no prefix. The docs are printed from here. */
export const declared = {
  server: settings({
    profile: oneOf('Which world is imitated', ['standards', 'exchange-online']).or({
      standards: 'standards',
      'exchange-online': 'exchange-online',
    }),
    host: text('The address on which every listener listens', /^[\w.:-]+$/, 'a host name or an address').or(
      '127.0.0.1',
    ),
    port_base: portBase,
    issuer_hosts: oneOf('Whose host names tokens carry as their issuer', ['self', 'microsoft']).or('self'),
  }),
  tenant: settings({
    domain: text(
      'Domain of the tenant that the first start creates',
      /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)+$/i,
      'a domain such as contoso.test',
    ).or('contoso.test'),
    name: text('Display name of the tenant that the first start creates', /^.{1,256}$/).or('Contoso'),
  }),
  tls: settings({
    certificate: text('PEM file with the certificate chain; empty for one of the local authority').or(''),
    key: text('PEM file with the private key of tls.certificate').or(''),
    look_seconds: secondsOf(
      'How often the files are looked at, so that a new certificate is presented without a restart',
    ).or(60),
  }),
  auth: settings({
    plaintext_on_loopback: flag('Whether to accept tokens without TLS from this machine itself (for measuring)').or(
      false,
    ),
    basic: oneOf(
      'Whether a password may open a mailbox over IMAP4, POP3 and SMTP: never, or where an authentication policy allows it',
      ['off', 'policy'],
    ).or('off'),
  }),
  log: settings({
    level: oneOf('The least grave that is logged', ['debug', 'info', 'warn', 'error']).or('info'),
  }),
  exchange: settings({
    strict: flag('Whether to refuse what the real service refuses and no client relies on').or(false),
    propagation_minutes: integer(
      'Minutes until what was granted counts, as in the real service: consents, service principals of Exchange, mailbox permissions, roles of apps',
      0,
      1440,
    ).or(0),
    unknown_service_principal: oneOf(
      'What Get-ServicePrincipal answers for an unknown name: an error, as field reports say, or every service principal, as the documentation says',
      ['error', 'all'],
    ).or('error'),
    front_end: oneOf('Which IMAP front end the exchange-online profile imitates', ['classic', '2026']).or('classic'),
  }),
  access: accessSettings,
  connections: connectionSettings,
  audit: auditSettings,
  directory: directorySettings,
  entra: entraSettings,
  keys: keySettings,
  mail: mailSettings,
  message_trace: messageTraceSettings,
  notices: settings({
    webhook,
    webhook_secret: text(
      'What notices.webhook is told is signed with it, by HMAC-SHA256 in X-Postern-Signature; empty for no signature. Rather set in the environment than here',
    ).or(''),
    webhook_private_addresses: flag(
      'Whether notices.webhook may be at addresses of this machine and of its network',
    ).or(false),
  }),
  https: settings({
    port: listener('Where HTTPS listens: tokens, Graph, Exchange administration'),
    max_connections: integer('Most connections at a time', 1, 1_000_000).or(10_000),
    max_connections_per_address: integer(
      'Most connections at a time from one address, or from one IPv6 network (/64)',
      1,
      1_000_000,
    ).or(2000),
    body_budget_octets: octets(
      'Memory for request bodies, over all connections. Requests without an accepted token get a quarter, and one caller or address a quarter of each part',
    ).or(268_435_456),
    body_seconds: secondsOf(
      'In how many seconds a request body of up to 1 MiB has to arrive; larger ones have 5 minutes',
    ).or(30),
    public_url: publicUrl,
    public_names: text(
      'Further host names that clients know the server by, behind a proxy for one: assertions made out to them are taken',
      /^([\w.:-]+(,[\w.:-]+)*)?$/,
      'host names parted by commas, without ports',
    ).or(''),
  }),
  imap: settings({ port: listener('Where IMAP4 with STARTTLS listens'), ...imapSettings }),
  imaps: settings({ port: listener('Where IMAP4 over TLS listens') }),
  pop3: settings({ port: listener('Where POP3 with STLS listens'), ...pop3Settings }),
  pop3s: settings({ port: listener('Where POP3 over TLS listens') }),
  submission: settings({ port: listener('Where submission (SMTP) with STARTTLS listens'), ...smtpSettings }),
  submissions: settings({ port: listener('Where submission (SMTP) over TLS listens') }),
  uploads: uploadSettings,
}

export type Settings = { readonly [Group in keyof typeof declared]: SettingsOf<(typeof declared)[Group]> }
