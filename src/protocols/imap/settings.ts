import { flag, integer, minutes, octets, oneOf, secondsOf, settings } from '../../core/settings.ts'
import { connectionLimits } from '../line/settings.ts'

export const imapSettings = settings({
  idle_minutes: minutes('Longest silence of a signed-in client before BYE; RFC 3501 §5.4 asks for 30 or more').or(30),
  unauthenticated_seconds: secondsOf('How long a client may take to sign in').or(60),
  stall_seconds: secondsOf('How long a client may take nothing of what is sent to it, or send nothing of a literal').or(
    120,
  ),
  keep_alive_seconds: secondsOf('How often an idling client hears that the server is still there').or(120),
  line_octets: integer('Longest command without its literals; tokens need 16384 or more', 16_384, 8_388_608).or(65_536),
  message_octets: octets('Largest message that APPEND takes').or(36_700_160),
  literal_budget_octets: octets(
    'Memory for messages on their way in by APPEND, over all connections; what finds none goes to disk (uploads.spill_octets)',
  ).or(268_435_456),
  fetch_budget_octets: octets(
    'Octets that FETCH has read and not sent yet, over all connections; more have to wait, and a slow client for 10 seconds only',
  ).or(268_435_456),
  compress_budget_octets: octets(
    'Memory for packing and unpacking over all connections that asked for COMPRESS; 0 refuses it',
  ).or(67_108_864),
  unasked_literals: oneOf(
    'Which literals are taken without being waited with: any (LITERAL+), or small ones of up to 4096 octets (LITERAL-)',
    ['any', 'small'],
  ).or('any'),
  literals: integer('Most literals in a command', 1, 100_000).or(1000),
  message_limit: integer(
    'How many messages a command acts on, those with the highest UIDs (MESSAGELIMIT); 0 for any number. RFC 9738 §3 asks for 1000 or more',
    0,
    4_294_967_295,
  ).or(0),
  save_limit: integer(
    'How many messages COPY and APPEND take at once where message_limit is not set (SAVELIMIT); 0 for any number',
    0,
    4_294_967_295,
  ).or(0),
  nesting: integer('How deeply search keys may hold search keys', 10, 2000).or(1000),
  ...connectionLimits({ all: 20_000, address: 15_000, caller: 15_000 }),
  context_budget_octets: octets(
    'Memory for the results of searches that are kept up to date (CONTEXT=SEARCH), over all connections; a quarter of it for one caller',
  ).or(67_108_864),
  long_commands_per_caller: integer(
    'How many long commands (SEARCH, SORT, THREAD, FETCH of many messages) of one caller run at a time; more wait',
    1,
    1000,
  ).or(2),
  commands_per_minute: integer(
    'How many commands a connection may give by the minute, and at once; more have to wait',
    10,
    100_000_000,
  ).or(1_000_000),
  unauthenticate: flag(
    'Whether another may sign in on a connection once its client has signed out (UNAUTHENTICATE)',
  ).or(true),
  bad_commands: integer('How many commands in a row may be malformed before BYE', 1, 1000).or(20),
  authentication_failures: integer('How many sign-ins may fail on a connection before BYE', 1, 1000).or(10),
})
