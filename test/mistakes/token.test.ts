import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../support/command-line.ts'
import type { Explanation } from './client-setup.ts'
import { AppSetup } from './app-setup.ts'

const EXCHANGE = 'https://outlook.office365.com'

interface Mistake {
  readonly row: number
  readonly what: string
  readonly ask: (scene: AppSetup) => Promise<readonly string[]>
  readonly code: number
  readonly failed: string
}

const mistakes: readonly Mistake[] = [
  {
    row: 7,
    what: 'a named scope instead of .default',
    ask: async (scene) => scene.tokenOptions(`${EXCHANGE}/IMAP.AccessAsApp`),
    code: 1002012,
    failed: 'resource',
  },
  {
    row: 8,
    what: 'two resources in one request',
    ask: async (scene) => scene.tokenOptions(`${EXCHANGE}/.default https://graph.microsoft.com/.default`),
    code: 700022,
    failed: 'resource',
  },
  {
    row: 16,
    what: 'the id of the secret instead of its value',
    async ask(scene) {
      const app = await scene.server.json<{ passwordCredentials: { keyId: string }[] }>(
        'Get-MgApplication',
        scene.app.id,
      )
      return scene.tokenOptions(undefined, await fileWith(scene, app.passwordCredentials[0]!.keyId))
    },
    code: 7000215,
    failed: 'clientCredential',
  },
  {
    row: 17,
    what: 'a secret that has expired',
    async ask(scene) {
      const credential = { startDateTime: '2020-01-01T00:00:00Z', endDateTime: '2021-01-01T00:00:00Z' }
      const words = [scene.app.id, '-PasswordCredential', JSON.stringify(credential)]
      const { secretText } = await scene.server.json<{ secretText: string }>('Add-MgApplicationPassword', ...words)
      return scene.tokenOptions(undefined, await fileWith(scene, secretText))
    },
    code: 7000222,
    failed: 'clientCredential',
  },
  {
    row: 18,
    what: 'an app without a service principal in the tenant',
    async ask(scene) {
      await scene.server.json('Remove-MgServicePrincipal', scene.principal)
      return scene.tokenOptions()
    },
    code: 7000229,
    failed: 'client',
  },
]

async function fileWith({ server, app }: AppSetup, text: string): Promise<string> {
  const file = path.join(server.folder, `other secret of ${app.id}`)
  await writeFile(file, text)
  return file
}

describe('the commonest mistakes at the token endpoint', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online' })
  })
  afterAll(() => server.close())

  it.each(mistakes.map((it) => [`row ${it.row}, ${it.what}`, it.code, it] as const))(
    '%s: AADSTS%i, the record says at which check, and a token is there by what is said to fix it',
    async (_, code, { ask, failed }) => {
      const scene = await AppSetup.open(server)
      await scene.grant()
      const { code: exit, err } = await server.run(await ask(scene))
      expect(exit).toBe(1)
      expect(err).toContain(`AADSTS${code}: `)
      const correlation = /Correlation ID: (\S+)/.exec(err)![1]!
      const found = await server.json<Explanation>('explain', correlation)
      expect(found).toMatchObject({ failed, errorCode: code })
      expect(await scene.recorded(found.signInId)).toEqual(found)
      const { access_token, secretText } = await scene.type<Shown>(found.fix)
      const secret = secretText === undefined ? undefined : await fileWith(scene, secretText)
      const token = access_token ?? (await scene.token(undefined, secret))
      const said = await scene.signIn('imap', token)
      if (code === 7000229) await scene.fixUntil(async () => isIn(await scene.signIn('imap', await scene.token())))
      else expect(said).toSatisfy(isIn)
    },
  )

  it('row 18: a wrong tenant is AADSTS700016, which its administrator can see', async () => {
    const scene = await AppSetup.open(server)
    await scene.grant()
    const name = `fabrikam-${scene.mailbox.split('@')[0]}`
    const words = ['-DisplayName', name, '-Domain', `${name}.test`]
    const { id } = await server.json<{ id: string }>('New-Tenant', ...words)
    const { code, err } = await server.run([...scene.tokenOptions(), '--tenant', id])
    expect(code).toBe(1)
    expect(err).toContain('AADSTS700016: ')
    expect(await scene.signIn('imap', await scene.token())).toSatisfy(isIn)
  })
})

/** Of a secret that was added, or a token. */
interface Shown {
  readonly secretText?: string
  readonly access_token?: string
}

const isIn = (said: readonly string[]): boolean => said.at(-1)!.startsWith('* NAMESPACE ')
