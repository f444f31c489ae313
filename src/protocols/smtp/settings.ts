import { flag, integer, octets, settings, type SettingsOf } from '../../core/settings.ts'
import { commandLimits, connectionLimits } from '../line/settings.ts'

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
    'Memory for incoming messages of all connections; a message without memory goes to the disk (uploads.spill_octets)',
  ).or(268_435_456),
  recipients: integer('Most recipients of a message; RFC 5321 asks for 100 or more', 1, 100_000).or(500),
  idle_minutes: integer(
    'Minutes without a command after which a session ends; RFC 5321 asks for 5 or more',
    5,
    1440,
  ).or(5),
  data_stall_seconds: integer('Seconds without an octet of a message after which a session ends', 10, 3600).or(180),
  unauthenticated_seconds: integer('Seconds that a client has to sign in', 10, 3600).or({
    standards: 300,
    'exchange-online': 60,
  }),
  ...commandLimits,
  ...connectionLimits({ all: 10_000, address: 2000, caller: 5000 }),
})

export type SmtpSettings = SettingsOf<typeof smtpSettings>
