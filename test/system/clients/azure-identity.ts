/*
 * A program that gets its tokens from @azure/identity, told by its environment where and as whom.
 * `node azure-identity.ts JOB` prints the token; a person with a code is asked for on a line of its own.
 */
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  OnBehalfOfCredential,
  type TokenCredential,
} from '@azure/identity'

const setting = (name: string): string => process.env[name] ?? ''
const tenant = setting('TENANT')
const client = setting('CLIENT_ID')
const options = { authorityHost: setting('AUTHORITY_HOST'), disableInstanceDiscovery: true }
const say = (what: object): void => console.log(JSON.stringify(what))

const credentials: Record<string, () => TokenCredential> = {
  secret: () => new ClientSecretCredential(tenant, client, setting('CLIENT_SECRET'), options),
  certificate: () =>
    new ClientCertificateCredential(tenant, client, { certificatePath: setting('CERTIFICATE') }, options),
  device: () =>
    new DeviceCodeCredential({
      ...options,
      tenantId: tenant,
      clientId: client,
      userPromptCallback: ({ userCode, verificationUri, message }) => say({ userCode, verificationUri, message }),
    }),
  on_behalf_of: () =>
    new OnBehalfOfCredential({
      ...options,
      tenantId: tenant,
      clientId: client,
      clientSecret: setting('CLIENT_SECRET'),
      userAssertionToken: setting('ASSERTION'),
    }),
}

try {
  const answer = await credentials[process.argv[2]!]!().getToken(setting('SCOPES').split(' '))
  say({ accessToken: answer!.token, expiresOnTimestamp: answer!.expiresOnTimestamp })
} catch (thrown) {
  console.error(JSON.stringify({ name: (thrown as Error).name, message: (thrown as Error).message }))
  process.exitCode = 1
}
