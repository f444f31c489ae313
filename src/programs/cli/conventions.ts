/** What every command ends with, and when. */
export const exitCodes = [
  ['0', 'done'],
  ['1', 'refused or failed; for serve, a start that cannot be; at a question, Ctrl-C and Ctrl-D'],
  ['2', 'wrong usage: the words of the command line, or variables that do not belong together'],
  ['3', 'the server is not reachable'],
  ['4', 'serve alone: a port is in use, or this user may not open it'],
] as const

/** How a command comes to know which server to ask, and as whom. */
export const findingTheServer = [
  ['--data DIR', 'the server that runs on this data directory, whatever POSTERN_URL says'],
  [
    'POSTERN_URL',
    'the https URL of a server; only with POSTERN_TENANT, and POSTERN_CLIENT_ID or POSTERN_ACCESS_TOKEN to ask as',
  ],
  ['POSTERN_TENANT', 'the tenant, as a GUID or a domain; the first one of the data directory when absent'],
  ['POSTERN_CLIENT_ID', 'the app to ask as; only with one of the three below. Without it, the administrator’s'],
  ['POSTERN_CLIENT_SECRET', 'its secret'],
  ['POSTERN_CLIENT_SECRET_FILE', 'a file with its secret'],
  ['POSTERN_CERTIFICATE', 'a PEM file with its certificate; the key is in it, or in the file that POSTERN_KEY names'],
  ['POSTERN_ACCESS_TOKEN', 'a token for Exchange that was fetched otherwise, such as a person’s, in place of an app'],
  ['POSTERN_CA', 'a PEM file with the authority to trust; --data brings its own'],
  [
    'POSTERN_CONNECTION',
    'the file in which Connect-ExchangeOnline remembers; $XDG_STATE_HOME/postern/connection.json when absent, and below ~/.local/state without that',
  ],
] as const

export const findingRemark =
  'Flags beat variables, variables beat what Connect-ExchangeOnline remembered, and that beats what the data directory (./postern-data) says of its server.'
