import { flag, integer, octets, settings, type SettingsOf } from '../../core/settings.ts'

export const smtpSettings = settings({
  save_sent: flag('Whether what is submitted is also kept in the Sent Items of the mailbox that it is from').or({
    standards: false,
    'exchange-online': true,
  }),
  message_octets: octets('Largest message that is taken').or({
    standards: 52_428_800,
    'exchange-online': 157_286_400,
  }),
  data_budget_octets: octets(
    'Memory for messages on their way in, over all connections; what finds none goes to disk (uploads.spill_octets)',
  ).or(268_435_456),
  recipients: integer('Most recipients of a message; RFC 5321 asks for 100 or more', 1, 100_000).or(500),
  idle_minutes: integer(
    'Minutes without a command after which a session ends; RFC 5321 asks for 5 or more',
    5,
    1440,
  ).or(5),
  data_stall_seconds: integer('Seconds without an octet of a message after which a session ends', 10, 3600).or(180),
  write_stall_seconds: integer('Seconds in which a client has to take what it was sent', 1, 3600).or(120),
  unauthenticated_seconds: integer('Seconds that a client has to sign in', 10, 3600).or({
    standards: 300,
    'exchange-online': 60,
  }),
  line_octets: integer(
    'Longest line that a client may send, in octets; a token has to fit in it',
    16_384,
    1_048_576,
  ).or(32_768),
  max_connections: integer('Connections that may be open at once', 1, 1_000_000).or(10_000),
  max_connections_per_address: integer(
    'Connections that one address, or one IPv6 network (/64), may have open at once',
    1,
    1_000_000,
  ).or(2000),
  max_connections_per_caller: integer(
    'Connections on which one program has signed in, whatever the mailboxes',
    1,
    1_000_000,
  ).or(5000),
  max_authentication_failures: integer('Refused sign-ins after which a connection is ended', 1, 100).or(5),
  max_bad_commands: integer('How many unknown or misplaced commands end a connection', 1, 10_000).or(20),
})

export type SmtpSettings = SettingsOf<typeof smtpSettings>
