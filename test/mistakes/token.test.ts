import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../support/command-line.ts'
import { Scene } from './scene.ts'

const EXCHANGE = 'https://outlook.office365.com'

interface Mistake {
  readonly row: number
  readonly what: string
  readonly ask: (scene: Scene) => Promise<readonly string[]>
  readonly code: number
  /** Where the administrator of the tenant in which the app is can see it. */
  readonly failed?: string
}

const mistakes: readonly Mistake[] = [
  {
    row: 7,
    what: 'a named scope instead of .default',
    ask: async (scene) => scene.asToken(`${EXCHANGE}/IMAP.AccessAsApp`),
    code: 1002012,
    failed: 'resource',
  },
  {
    row: 8,
    what: 'two resources in one request',
    ask: async (scene) => scene.asToken(`${EXCHANGE}/.default https://graph.microsoft.com/.default`),
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
      return scene.asToken(undefined, await fileWith(scene, app.passwordCredentials[0]!.keyId))
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
      return scene.asToken(undefined, await fileWith(scene, secretText))
    },
    code: 7000222,
    failed: 'clientCredential',
  },
  {
    row: 18,
    what: 'the wrong tenant',
    async ask(scene) {
      const name = `fabrikam-${scene.mailbox.split('@')[0]}`
      const { id } = await scene.server.json<{ id: string }>(
        'New-Tenant',
        '-DisplayName',
        name,
        '-Domain',
        `${name}.test`,
      )
      return [...scene.asToken(), '--tenant', id]
    },
    code: 700016,
  },
  {
    row: 18,
    what: 'an app without a service principal in the tenant',
    async ask(scene) {
      await scene.server.json('Remove-MgServicePrincipal', scene.principal)
      return scene.asToken()
    },
    code: 7000229,
    failed: 'client',
  },
]

async function fileWith({ server, app }: Scene, text: string): Promise<string> {
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
    '%s: AADSTS%i, and the record says at which link',
    async (_, code, { ask, failed }) => {
      const scene = await Scene.open(server)
      const { code: exit, err } = await server.run(await ask(scene))
      expect(exit).toBe(1)
      expect(err).toContain(`AADSTS${code}: `)
      if (failed === undefined) return
      const correlation = /Correlation ID: (\S+)/.exec(err)![1]!
      const found = await server.json<{ failed: string; errorCode: number }>('explain', correlation)
      expect(found).toMatchObject({ failed, errorCode: code })
    },
  )
})
