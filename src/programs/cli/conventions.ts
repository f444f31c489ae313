/** The exit codes of every command. */
export const exitCodes = [
  ['0', 'Success'],
  ['1', 'Failure, or a refusal by the server; Ctrl-C or Ctrl-D at a question'],
  ['2', 'Wrong usage: arguments, or environment variables that do not go together'],
  ['3', 'The server cannot be reached'],
  ['4', 'serve only: a port is in use, or this user is not allowed to open it'],
] as const

/** How a command finds its server and its credentials. */
export const findingTheServer = [
  ['--data DIR', 'The server that uses this data directory; has precedence over POSTERN_URL'],
  ['POSTERN_URL', 'The https URL of a server; needs POSTERN_TENANT, and POSTERN_CLIENT_ID or POSTERN_ACCESS_TOKEN'],
  ['POSTERN_TENANT', 'The tenant, as a GUID or a domain (default: the first tenant of the data directory)'],
  ['POSTERN_CLIENT_ID', 'The app to sign in as; needs one of the next three (default: the administrator’s app)'],
  ['POSTERN_CLIENT_SECRET', 'The client secret of the app'],
  ['POSTERN_CLIENT_SECRET_FILE', 'A file with the client secret'],
  ['POSTERN_CERTIFICATE', 'A PEM file with the app’s certificate; the key is in it or in the file POSTERN_KEY'],
  ['POSTERN_ACCESS_TOKEN', 'An access token for Exchange, in place of an app; for example a user’s'],
  ['POSTERN_CA', 'A PEM file with the CA to trust; --data knows its own'],
  [
    'POSTERN_CONNECTION',
    'The file of saved connections (default: $XDG_STATE_HOME/postern/connection.json, else below ~/.local/state)',
  ],
] as const

export const findingRemark =
  'Order: flags, variables, the connection that Connect-ExchangeOnline saved, ./postern-data/server.json. The first one found counts.'
