import { integer, type Setting } from '../../core/settings.ts'

interface ConnectionLimitSettings {
  readonly max_connections: Setting<number>
  readonly max_connections_per_address: Setting<number>
  readonly max_connections_per_caller: Setting<number>
}

/** The limits on the connections of one protocol. */
export const connectionLimits = (defaults: {
  readonly all: number
  readonly address: number
  readonly caller: number
}): ConnectionLimitSettings => ({
  max_connections: integer('Maximum number of open connections', 1, 1_000_000).or(defaults.all),
  max_connections_per_address: integer(
    'Maximum number of open connections from one address, or from one IPv6 network (/64)',
    1,
    1_000_000,
  ).or(defaults.address),
  max_connections_per_caller: integer(
    'Maximum number of open connections on which one program has signed in, over all mailboxes',
    1,
    1_000_000,
  ).or(defaults.caller),
})

interface CommandLimitSettings {
  readonly line_octets: Setting<number>
  readonly write_stall_seconds: Setting<number>
  readonly max_authentication_failures: Setting<number>
  readonly max_bad_commands: Setting<number>
}

/** The limits on one connection of POP3 or SMTP. IMAP has its own. */
export const commandLimits: CommandLimitSettings = {
  line_octets: integer(
    'Longest line that a client may send, in octets; a token has to fit in it',
    16_384,
    1_048_576,
  ).or(32_768),
  write_stall_seconds: integer('Seconds in which a client has to read what the server sent', 1, 3600).or(120),
  max_authentication_failures: integer('Failed sign-ins after which the server ends a connection', 1, 100).or(5),
  max_bad_commands: integer('Unknown or misplaced commands after which the server ends a connection', 1, 10_000).or(20),
}
