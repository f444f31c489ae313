/*
 * A program that gets its tokens from MSAL for Node, told by its environment where and as whom.
 * `node msal-node.ts JOB` prints what MSAL gave it; a browser, or a person with a code, is asked for on a line of its
 * own.
 */
import { readFileSync } from 'node:fs'
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  InteractionRequiredAuthError,
  PublicClientApplication,
  type ServerError,
} from '@azure/msal-node'

const setting = (name: string): string => process.env[name] ?? ''
const authority = setting('AUTHORITY')
const auth = { clientId: setting('CLIENT_ID'), authority, knownAuthorities: [new URL(authority).host] }
const scopes = setting('SCOPES').split(' ')
const person = { username: setting('LOGIN'), password: setting('PASSWORD') }
const confidential = () =>
  new ConfidentialClientApplication({ auth: { ...auth, clientSecret: setting('CLIENT_SECRET') } })
const open = () => new PublicClientApplication({ auth })
const ask = (what: object): void => console.log(JSON.stringify(what))

const jobs: Record<string, () => Promise<AuthenticationResult | null>> = {
  secret: () => confidential().acquireTokenByClientCredential({ scopes }),

  certificate: () => {
    const clientCertificate = {
      thumbprintSha256: setting('THUMBPRINT'),
      privateKey: readFileSync(setting('PRIVATE_KEY'), 'utf8'),
    }
    const client = new ConfidentialClientApplication({ auth: { ...auth, clientCertificate } })
    return client.acquireTokenByClientCredential({ scopes })
  },

  code: () => open().acquireTokenInteractive({ scopes, openBrowser: async (url) => ask([url]) }),

  device: () =>
    open().acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback: ({ userCode, verificationUri, message, expiresIn, interval }) =>
        ask({ userCode, verificationUri, message, expiresIn, interval }),
    }),

  password: () => open().acquireTokenByUsernamePassword({ scopes, ...person }),

  /** The account of a first sign-in, used again for another resource: MSAL redeems the refresh token that it kept. */
  refresh: async () => {
    const client = open()
    const first = await client.acquireTokenByUsernamePassword({ scopes, ...person })
    const further = setting('FURTHER_SCOPES').split(' ')
    return client.acquireTokenSilent({ account: first!.account!, scopes: further, forceRefresh: true })
  },

  on_behalf_of: () => confidential().acquireTokenOnBehalfOf({ scopes, oboAssertion: setting('ASSERTION') }),
}

try {
  const answer = await jobs[process.argv[2]!]!()
  const { accessToken, idToken, idTokenClaims, account, scopes: granted, tokenType } = answer!
  ask({ accessToken, idToken, idTokenClaims, account, scopes: granted, tokenType })
} catch (thrown) {
  const { errorCode, errorMessage, subError, errorNo } = thrown as ServerError
  const interaction = thrown instanceof InteractionRequiredAuthError
  console.error(
    JSON.stringify({ errorCode, errorMessage: errorMessage ?? String(thrown), subError, errorNo, interaction }),
  )
  process.exitCode = 1
}
