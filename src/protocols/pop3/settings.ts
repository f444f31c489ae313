import { integer, octets, settings, type SettingsOf } from '../../core/settings.ts'
import { commandLimits, connectionLimits } from '../line/settings.ts'

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
  ...commandLimits,
  ...connectionLimits({ all: 10_000, address: 2000, caller: 5000 }),
  read_ahead_octets: octets(
    'Memory for messages that are read ahead, over all connections that take one after another; when it is used up, a message is read when it is requested',
  ).or(67_108_864),
})

export type Pop3Settings = SettingsOf<typeof pop3Settings>
