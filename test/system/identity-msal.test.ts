import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { available, hasChromium, PersonAtBrowser, signIn } from './browser.ts'
import { type FrontDoor, openFrontDoor } from './front-door.ts'
import { claimsOf, EXCHANGE, GRAPH, type IdentityServer, openIdentityServer } from './identity-server.ts'
import { Program } from './program.ts'

const MAIL = `${EXCHANGE}/IMAP.AccessAsUser.All ${EXCHANGE}/SMTP.Send`
const hasPython = available('MSAL for Python', '/usr/bin/python3', ['-c', 'import msal'])

/** The result of both libraries, in the spelling of each. */
interface Got {
  readonly accessToken?: string
  readonly access_token?: string
  readonly idTokenClaims?: Record<string, unknown>
  readonly id_token_claims?: Record<string, unknown>
}

const tokenOf = (got: Got): string => got.accessToken ?? got.access_token ?? ''
const idClaimsOf = (got: Got): Record<string, unknown> => got.idTokenClaims ?? got.id_token_claims ?? {}

interface Shown {
  readonly userCode?: string
  readonly user_code?: string
  readonly verificationUri?: string
  readonly verification_uri?: string
  readonly interval: number
}

interface Failed {
  readonly errorCode?: string
  readonly error?: string
  readonly errorMessage?: string
  readonly error_description?: string
  readonly subError?: string
  readonly suberror?: string
  readonly interaction?: boolean
}

let stage: IdentityServer
let person: PersonAtBrowser
/** MSAL for Python asks for a user's realm at port 443, whatever the port of the authority. */
let frontDoor: FrontDoor
beforeAll(async () => {
  stage = await openIdentityServer()
  frontDoor = await openFrontDoor(Number(new URL(stage.env.AUTHORITY_HOST!).port))
  if (hasChromium) person = await PersonAtBrowser.start()
})
afterAll(async () => {
  if (hasChromium) await person.close()
  frontDoor.close()
  await stage.close()
})

/** Opens the person's own mailbox over IMAP, as the app that the token is for. */
async function foldersOf(accessToken: string): Promise<string[]> {
  const { host, port, ca } = await stage.checkout.imaps()
  const auth = { user: stage.person.login, accessToken }
  const client = new ImapFlow({ host, port, secure: true, tls: { ca }, logger: false, auth })
  await client.connect()
  const folders = await client.list()
  await client.logout()
  return folders.map(({ path }) => path)
}

const asProgram = (env: Record<string, string>) => ({
  CLIENT_ID: stage.program.clientId,
  CLIENT_SECRET: stage.program.secret,
  SCOPES: `${EXCHANGE}/.default`,
  ...env,
})
const asNativeApp = (env: Record<string, string>) => ({ CLIENT_ID: stage.nativeApp, ...env })

describe.each([
  {
    name: 'MSAL for Node',
    there: true,
    /** Nobody consented to it yet. */
    unknown: 'Mail.Send',
    run: (job: string, env: Record<string, string>) => Program.node('msal-node.ts', job, { ...stage.env, ...env }),
  },
  {
    name: 'MSAL for Python',
    there: hasPython,
    unknown: 'Mail.ReadBasic',
    run: (job: string, env: Record<string, string>) => {
      const thumbprint = { THUMBPRINT: stage.env.THUMBPRINT_SHA1! }
      // Python parts the list of browsers at colons.
      const shown = { BROWSER: `echo '["%s"]'`, HTTPS_PROXY: frontDoor.url }
      return Program.python('msal_flows.py', job, { ...stage.env, ...thumbprint, ...shown, ...env })
    },
  },
])('$name, unmodified', ({ there, unknown, run }) => {
  it.runIf(there)('gets a token with a secret', async () => {
    const claims = claimsOf(tokenOf(await run('secret', asProgram({})).gets<Got>()))
    expect(claims).toMatchObject({
      aud: EXCHANGE,
      appid: stage.program.clientId,
      oid: stage.program.servicePrincipal,
      roles: ['IMAP.AccessAsApp'],
      appidacr: '1',
      ver: '1.0',
    })
  })

  it.runIf(there)('gets a token with a certificate', async () => {
    const claims = claimsOf(tokenOf(await run('certificate', asProgram({})).gets<Got>()))
    expect(claims).toMatchObject({ aud: EXCHANGE, appid: stage.program.clientId, appidacr: '2' })
  })

  it.runIf(there)('is told AADSTS7000215 for a wrong secret', async () => {
    const failed = await run('secret', asProgram({ CLIENT_SECRET: 'wrong' })).fails<Failed>()
    expect(failed.errorCode ?? failed.error).toBe('invalid_client')
    const text = failed.errorMessage ?? failed.error_description
    expect(text).toMatch(/AADSTS7000215: .* Trace ID: \S{36} Correlation ID: \S{36} Timestamp: [\d-]+ [\d:]+Z/)
  })

  it.runIf(there)('is told AADSTS1002012 for a scope without .default', async () => {
    const failed = await run('secret', asProgram({ SCOPES: `${EXCHANGE}/IMAP.AccessAsApp` })).fails<Failed>()
    expect(failed.errorCode ?? failed.error).toBe('invalid_scope')
    expect(failed.errorMessage ?? failed.error_description).toContain('AADSTS1002012: ')
  })

  it.runIf(there && hasChromium)('signs a person in through a browser, with PKCE', async () => {
    const program = run('code', asNativeApp({ SCOPES: MAIL }))
    const [url] = await program.asks<[string]>()
    const page = await person.visit(url)
    await signIn(page, stage.person)
    const got = await program.gets<Got>()
    expect(claimsOf(tokenOf(got))).toMatchObject({
      appid: stage.nativeApp,
      upn: stage.person.login,
      scp: 'IMAP.AccessAsUser.All SMTP.Send',
      appidacr: '0',
    })
    expect(idClaimsOf(got)).toMatchObject({ aud: stage.nativeApp, ver: '2.0', tid: stage.env.TENANT })
    expect(await foldersOf(tokenOf(got))).toContain('INBOX')
    await page.context().close()
  })

  it.runIf(there && hasChromium)('gets what a person consents to in a browser', async () => {
    const program = run('code', asNativeApp({ SCOPES: `${GRAPH}/${unknown}` }))
    const [url] = await program.asks<[string]>()
    const page = await person.visit(url)
    await signIn(page, stage.person)
    expect(await page.getByRole('listitem').allInnerTexts()).toHaveLength(1)
    await page.getByRole('button', { name: 'Accept' }).click()
    expect(String(claimsOf(tokenOf(await program.gets<Got>())).scp).split(' ')).toContain(unknown)
    await page.context().close()
  })

  it.runIf(there && hasChromium)('signs a person in by a device code', async () => {
    const program = run('device', asNativeApp({ SCOPES: MAIL }))
    const shown = await program.asks<Shown>()
    const code = shown.userCode ?? shown.user_code!
    expect(code).toMatch(/^[A-Z0-9]{9}$/)
    expect(shown).not.toHaveProperty('verification_uri_complete')
    const page = await person.visit(shown.verificationUri ?? shown.verification_uri!)
    await page.locator('input[name=code]').fill(code)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await signIn(page, stage.person)
    const got = await program.gets<Got>()
    expect(claimsOf(tokenOf(got))).toMatchObject({ upn: stage.person.login, scp: 'IMAP.AccessAsUser.All SMTP.Send' })
    await page.context().close()
  })

  it.runIf(there)('signs a person in by user name and password', async () => {
    const got = await run('password', asNativeApp({ SCOPES: MAIL })).gets<Got>()
    expect(claimsOf(tokenOf(got))).toMatchObject({
      aud: EXCHANGE,
      upn: stage.person.login,
      scp: 'IMAP.AccessAsUser.All SMTP.Send',
    })
    expect(claimsOf(tokenOf(got))).not.toHaveProperty('roles')
  })

  it.runIf(there)('is told AADSTS50126 for a wrong password', async () => {
    const failed = await run('password', asNativeApp({ SCOPES: MAIL, PASSWORD: 'wrong' })).fails<Failed>()
    expect(failed.errorCode ?? failed.error).toBe('invalid_grant')
    expect(failed.errorMessage ?? failed.error_description).toContain('AADSTS50126: ')
  })

  it.runIf(there)('is told that a person has to consent', async () => {
    const failed = await run('password', asNativeApp({ SCOPES: `${GRAPH}/Mail.ReadWrite` })).fails<Failed>()
    expect(failed.errorCode ?? failed.error).toBe('invalid_grant')
    expect(failed.subError ?? failed.suberror).toBe('consent_required')
    // MSAL for Node has a class of errors for it; a program for Python looks at the words.
    expect(failed.interaction ?? true).toBe(true)
  })

  it.runIf(there)('renews what it got, for another resource too', async () => {
    const env = asNativeApp({ SCOPES: MAIL, FURTHER_SCOPES: `${GRAPH}/User.Read` })
    const got = await run('refresh', env).gets<Got>()
    expect(claimsOf(tokenOf(got))).toMatchObject({ aud: GRAPH, upn: stage.person.login })
    expect(String(claimsOf(tokenOf(got)).scp).split(' ')).toContain('User.Read')
  })

  it.runIf(there)('calls an API on behalf of a person', async () => {
    const assertion = tokenOf(await run('password', asNativeApp({ SCOPES: stage.api.scope })).gets<Got>())
    const env = { CLIENT_ID: stage.api.clientId, CLIENT_SECRET: stage.api.secret, ASSERTION: assertion }
    const got = await run('on_behalf_of', { ...env, SCOPES: `${GRAPH}/User.Read` }).gets<Got>()
    expect(claimsOf(tokenOf(got))).toMatchObject({ aud: GRAPH, appid: stage.api.clientId, upn: stage.person.login })
  })
})
