import { integer, octets, settings, type SettingsOf } from '../../core/settings.ts'

export const pop3Settings = settings({
  idle_minutes: integer(
    'Minutes without a command after which a session ends and removes nothing; RFC 1939 asks for 10 or more',
    10,
    1440,
  ).or({ standards: 10, 'exchange-online': 30 }),
  unauthenticated_seconds: integer('Seconds that a client has to sign in', 10, 3600).or({
    standards: 600,
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
  read_ahead_octets: octets(
    'Memory for messages that are read ahead, over all connections that take one after another; when it is used up, a message is read when it is requested',
  ).or(67_108_864),
  write_stall_seconds: integer('Seconds in which a client has to take what it was sent', 1, 3600).or(120),
})

export type Pop3Settings = SettingsOf<typeof pop3Settings>
