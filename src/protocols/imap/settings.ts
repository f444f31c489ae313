import { flag, integer, minutes, octets, oneOf, secondsOf, settings } from '../../core/settings.ts'
import { connectionLimits } from '../line/settings.ts'

export const imapSettings = settings({
  idle_minutes: minutes(
    'How long a signed-in client may be silent before the server ends the connection; RFC 3501 §5.4 requires at least 30',
  ).or(30),
  unauthenticated_seconds: secondsOf('Time limit for the sign-in').or(60),
  stall_seconds: secondsOf('How long a client may read nothing of a reply, or send nothing of a literal').or(120),
  keep_alive_seconds: secondsOf('Time between two keep-alive lines to an idling client').or(120),
  line_octets: integer(
    'Longest command without its literals, in octets; a token has to fit in it',
    16_384,
    8_388_608,
  ).or(65_536),
  message_octets: octets('Largest message that APPEND accepts').or(36_700_160),
  literal_budget_octets: octets(
    'Memory for messages that clients send with APPEND, over all connections; above it they are written to disk (uploads.spill_octets)',
  ).or(268_435_456),
  fetch_budget_octets: octets(
    'Memory for content that FETCH has read and not sent, over all connections; other clients wait, and then a slow client has 10 seconds to read',
  ).or(268_435_456),
  compress_budget_octets: octets('Memory for COMPRESS over all connections; 0 disables it').or(67_108_864),
  unasked_literals: oneOf(
    'Which literals may be non-synchronizing: any (LITERAL+), or small ones of up to 4096 octets (LITERAL-)',
    ['any', 'small'],
  ).or('any'),
  literals: integer('Maximum number of literals in a command', 1, 100_000).or(1000),
  message_limit: integer(
    'Maximum number of messages that a command acts on, those with the highest UIDs (MESSAGELIMIT); 0 for no limit. RFC 9738 §3 requires at least 1000',
    0,
    4_294_967_295,
  ).or(0),
  save_limit: integer(
    'Maximum number of messages of one COPY or APPEND if message_limit is not set (SAVELIMIT); 0 for no limit',
    0,
    4_294_967_295,
  ).or(0),
  nesting: integer('Maximum nesting of search keys', 10, 2000).or(1000),
  ...connectionLimits({ all: 20_000, address: 15_000, caller: 15_000 }),
  context_budget_octets: octets(
    'Memory for the results of live searches (CONTEXT=SEARCH), over all connections; one caller may use a quarter of it',
  ).or(67_108_864),
  long_commands_per_caller: integer(
    'Maximum number of long commands (SEARCH, SORT, THREAD, FETCH of many messages) of one caller that run at the same time; others wait',
    1,
    1000,
  ).or(2),
  commands_per_minute: integer(
    'Maximum number of commands per minute on a connection, also as one burst; further commands are delayed',
    10,
    100_000_000,
  ).or(1_000_000),
  unauthenticate: flag('Whether a client may sign out and sign in again on the same connection (UNAUTHENTICATE)').or(
    true,
  ),
  bad_commands: integer('Malformed commands in a row after which the server ends a connection', 1, 1000).or(20),
  authentication_failures: integer('Failed sign-ins after which the server ends a connection', 1, 1000).or(10),
})
