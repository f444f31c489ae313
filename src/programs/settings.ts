import { accessSettings } from '../access/settings.ts'
import {
  flag,
  integer,
  listener,
  octets,
  oneOf,
  secondsOf,
  secretText,
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
import { graphSettings } from '../protocols/graph/settings.ts'
import { entraSettings } from '../protocols/entra/settings.ts'
import { imapSettings } from '../protocols/imap/settings.ts'
import { pop3Settings } from '../protocols/pop3/settings.ts'
import { smtpSettings } from '../protocols/smtp/settings.ts'
import { blobSettings, keepSettings, s3Settings } from '../storage/s3/settings.ts'
import { nodeSettings, postgresSettings, storeSettings } from './store-settings.ts'

const number = (meaning: string, low: number): Setting<number | 'auto'> => ({
  meaning,
  expected: `a whole number from ${low} to 1000000, or auto`,
  fallback: 'auto',
  read(raw) {
    if (raw === 'auto') return raw
    const value = /^\d{1,7}$/.test(String(raw)) ? Number(raw) : 0
    return value >= low && value <= 1_000_000 ? value : undefined
  },
})

/** The connections of all listeners together. */
export const connectionSettings = settings({
  max: number(
    'Maximum number of connections over all listeners; auto is the limit of open files of the process minus connections.reserved_files',
    64,
  ),
  max_per_address: number(
    'Maximum number of connections from one address, or from one IPv6 network (/64); auto is three quarters of connections.max',
    1,
  ),
  max_per_caller: number(
    'Maximum number of connections on which one app or user has signed in; auto is three quarters of connections.max',
    1,
  ),
  max_unauthenticated_per_address: integer(
    'Maximum number of connections from one address without a sign-in; a further one ends the oldest of them',
    1,
    1_000_000,
  ).or(2000),
  reserved_files: integer('Open files that are reserved for the store and other uses', 128, 100_000).or(512),
})

const portBase: Setting<number | 'auto'> = {
  meaning: 'Added to every standard port; 0 selects the standard ports, auto selects free ports',
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
    'URL that gets a POST of JSON once a day: passwords in use that a retirement plan ends within 30 days, and owners who enabled theirs again; empty for none',
  expected: 'an https URL, or nothing',
  fallback: '',
  read: (raw) => (typeof raw === 'string' && (raw === '' || URL.parse(raw)?.protocol === 'https:') ? raw : undefined),
}

/** Every setting, by group; settings of `server` have no prefix. `npm run docs` prints the documentation from here. */
export const declared = {
  server: settings({
    profile: oneOf('Whose answers the server gives: those of the RFCs, or those of Exchange Online', [
      'standards',
      'exchange-online',
    ]).or({
      standards: 'standards',
      'exchange-online': 'exchange-online',
    }),
    host: text('The address on which every listener listens', /^[\w.:-]+$/, 'a host name or an address').or(
      '127.0.0.1',
    ),
    port_base: portBase,
    drain_seconds: integer(
      'Seconds between a stop signal and the end of the listeners. GET /health/ready answers 503 meanwhile, so that a balancer sends new connections elsewhere',
      0,
      3,
    ).or(0),
    issuer_hosts: oneOf('The host names in the issuer of tokens', ['self', 'microsoft']).or('self'),
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
    certificate: text('PEM file with the certificate chain; empty for a certificate of the local authority').or(''),
    key: text('PEM file with the private key of tls.certificate').or(''),
    look_seconds: secondsOf(
      'How often the server reads the files again, so that a new certificate needs no restart',
    ).or(60),
  }),
  auth: settings({
    plaintext_on_loopback: flag('Whether to accept tokens without TLS from this machine (for measurements)').or(false),
    basic: oneOf(
      'Whether a password opens a mailbox over IMAP4, POP3 and SMTP: off is never, policy is if an authentication policy allows it',
      ['off', 'policy'],
    ).or('off'),
  }),
  log: settings({
    level: oneOf('The lowest level that is logged', ['debug', 'info', 'warn', 'error']).or('info'),
  }),
  exchange: settings({
    strict: flag('Whether to refuse requests that Exchange Online refuses, even if no client relies on the refusal').or(
      false,
    ),
    propagation_minutes: integer(
      'Minutes until a new consent, Exchange service principal, mailbox permission or app role takes effect, as in the real service',
      0,
      1440,
    ).or(0),
    unknown_service_principal: oneOf(
      'The answer of Get-ServicePrincipal for an unknown name: an error (field reports), or every service principal (Microsoft’s documentation)',
      ['error', 'all'],
    ).or('error'),
    front_end: oneOf('The version of the IMAP front end that the exchange-online profile follows', [
      'classic',
      '2026',
    ]).or('classic'),
  }),
  graph: graphSettings,
  access: accessSettings,
  backup: keepSettings,
  blobs: blobSettings,
  connections: connectionSettings,
  audit: auditSettings,
  directory: directorySettings,
  entra: entraSettings,
  keys: keySettings,
  mail: mailSettings,
  message_trace: messageTraceSettings,
  notices: settings({
    webhook,
    webhook_secret: secretText(
      'Key of the HMAC-SHA256 signature of notices, in X-Postern-Signature; empty for no signature. Prefer the environment to the file',
    ).or(''),
    webhook_private_addresses: flag('Whether notices.webhook can be at an address of this machine or its network').or(
      false,
    ),
  }),
  https: settings({
    port: listener('Port of HTTPS: tokens, Graph, Exchange administration'),
    max_connections: integer('Maximum number of connections', 1, 1_000_000).or(10_000),
    max_connections_per_address: integer(
      'Maximum number of connections from one address, or from one IPv6 network (/64)',
      1,
      1_000_000,
    ).or(2000),
    body_budget_octets: octets(
      'Memory for request bodies, over all connections. Requests without an accepted token get a quarter, and one caller or address a quarter of each part',
    ).or(268_435_456),
    body_seconds: secondsOf('Seconds for a request body of up to 1 MiB to arrive; larger ones have 5 minutes').or(30),
    public_url: publicUrl,
    public_names: text(
      'Further host names of this server, for example behind a proxy: assertions with one of them as audience are accepted',
      /^([\w.:-]+(,[\w.:-]+)*)?$/,
      'host names separated by commas, without ports',
    ).or(''),
  }),
  imap: settings({ port: listener('Port of IMAP4 with STARTTLS'), ...imapSettings }),
  imaps: settings({ port: listener('Port of IMAP4 over TLS') }),
  node: nodeSettings,
  pop3: settings({ port: listener('Port of POP3 with STLS'), ...pop3Settings }),
  pop3s: settings({ port: listener('Port of POP3 over TLS') }),
  postgres: postgresSettings,
  s3: s3Settings,
  store: storeSettings,
  submission: settings({ port: listener('Port of submission (SMTP) with STARTTLS'), ...smtpSettings }),
  submissions: settings({ port: listener('Port of submission (SMTP) over TLS') }),
  uploads: uploadSettings,
}

export type Settings = { readonly [Group in keyof typeof declared]: SettingsOf<(typeof declared)[Group]> }
