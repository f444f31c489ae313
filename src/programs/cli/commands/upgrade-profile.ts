import path from 'node:path'
import { createClient } from '../client.ts'
import { findServer, proofFrom, read } from '../connection/connection.ts'
import { CliFailure, failed, wrongUsage } from '../failure.ts'
import { EXCHANGE_SCOPE, redeem, type TokenReply } from '../connection/fetch-token.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { printable } from '../output/table.ts'

/** docs/reference/identity.md §8.2: this server takes no such grant. */
const UNSUPPORTED_GRANT = 70003

export const upgradeProfile: CliCommand = {
  name: 'upgrade-profile',
  usage: ['--user U --password-file F --client-id ID [--client-secret-file F] [--tenant T] [--scope S] [--json]'],
  synopsis:
    'exchanges a user name and password for a refresh token, so that a program no longer needs the password; requires entra.ropc',
  options: [
    ['--user U', 'the user principal name'],
    ['--password-file F', 'a file with the password; the password is never printed'],
    ['--client-id ID', 'the app that will use the refresh token'],
    ['--client-secret-file F', 'a file with its secret; none for a public client'],
    ['--tenant T', 'GUID or domain'],
    ['--scope S', `the scope, in addition to offline_access (${EXCHANGE_SCOPE})`],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, {
      user: { type: 'string' },
      'password-file': { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret-file': { type: 'string' },
      tenant: { type: 'string' },
      scope: { type: 'string' },
    })
    const { user, 'password-file': passwordFile, 'client-id': clientId } = values
    if (!user || !passwordFile || !clientId || positionals.length > 0) {
      return wrongUsage('upgrade-profile needs --user, --password-file and --client-id, and has no arguments.')
    }
    const { folder, json, streams } = invocation
    const password = read(path.resolve(folder, passwordFile), 'the password')
    const connection = findServer(invocation)
    const client = createClient(connection)
    try {
      const reply = await redeem(client, {
        tenant: values.tenant ?? connection.tenant,
        clientId,
        proof: proofFrom({ secretFile: values['client-secret-file'] }, folder),
        form: {
          grant_type: 'password',
          username: user,
          password,
          scope: withRefresh(values.scope ?? EXCHANGE_SCOPE),
        },
      }).catch(explainRefusal)
      const profile = profileOf(reply, { user, clientId })
      streams.stdout.write(json ? `${JSON.stringify(profile, undefined, 2)}\n` : inWords(profile))
      return 0
    } finally {
      client.close()
    }
  },
}

interface Profile {
  readonly user: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly refreshToken: string
}

const withRefresh = (scope: string): string =>
  scope.split(' ').includes('offline_access') ? scope : `${scope} offline_access`

function explainRefusal(thrown: unknown): never {
  const codes = thrown instanceof CliFailure ? thrown.details.error_codes : undefined
  if (!Array.isArray(codes) || !codes.includes(UNSUPPORTED_GRANT)) throw thrown
  return failed(
    'PasswordGrantOff',
    'The server does not exchange passwords for tokens: entra.ropc is off. Switch it on while you upgrade profiles, then off again.',
    { error_codes: codes },
  )
}

const profileOf = (
  { scope = '', refresh_token: refreshToken }: TokenReply,
  { user, clientId }: Pick<Profile, 'user' | 'clientId'>,
): Profile => ({
  user,
  clientId,
  scopes: scope.split(' ').filter((it) => it !== ''),
  refreshToken: refreshToken ?? failed('UnexpectedReply', 'The server sent no refresh token.'),
})

const inWords = ({ user, clientId, scopes, refreshToken }: Profile): string =>
  `${[
    `Refresh token for ${printable(user)}:`,
    `  client id      ${printable(clientId)}`,
    `  scopes         ${printable(scopes.join(' '))}`,
    `  refresh token  ${printable(refreshToken)}`,
  ].join('\n')}\n`
