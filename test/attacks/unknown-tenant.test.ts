import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClientSetup, type Explanation } from '../mistakes/client-setup.ts'
import { RunningServer } from '../support/command-line.ts'

interface Listed {
  readonly id: string
  readonly posternDecision: Explanation
}

/** Signs in and reads records as the administrator of the second tenant. */
async function administratorOf(server: RunningServer, domain: string) {
  const { clientId, clientSecret } = await server.json<{ clientId: string; clientSecret: string }>(
    'New-Tenant',
    '-Domain',
    domain,
  )
  const secretFile = path.join(server.folder, domain)
  await writeFile(secretFile, clientSecret)
  const env = { POSTERN_TENANT: domain, POSTERN_CLIENT_ID: clientId, POSTERN_CLIENT_SECRET_FILE: secretFile }
  return {
    token: (tenant: string, id: string = clientId) =>
      server.run(['token', '--client-id', id, '--client-secret-file', secretFile, '--tenant', tenant]),
    explain: (...words: string[]) => server.run(['explain', ...words, '--json'], { env }),
    async listed(): Promise<readonly Listed[]> {
      const { out, err } = await server.run(['Get-MgAuditLogSignIn', '-All', '--json'], { env })
      if (err !== '') throw new Error(err)
      return JSON.parse(out) as Listed[]
    },
  }
}

describe('a refusal that belongs to no tenant, on a server with two', () => {
  let server: RunningServer
  let desk: ClientSetup
  let fabrikam: Awaited<ReturnType<typeof administratorOf>>

  beforeAll(async () => {
    server = await RunningServer.start()
    desk = new ClientSetup(server)
    fabrikam = await administratorOf(server, 'fabrikam.test')
  })
  afterAll(() => server.close())

  it.each([
    { what: 'a typo in the tenant', refused: () => fabrikam.token('contsoo.test', randomUUID()), failed: 'tenant' },
    { what: 'common as the tenant', refused: () => fabrikam.token('common', randomUUID()), failed: 'tenant' },
    { what: 'an unreadable SASL payload', refused: () => desk.authenticate('imap', 'bm90aGluZw=='), failed: 'token' },
    { what: 'a broken base64 payload', refused: () => desk.authenticate('smtp', '%%%%'), failed: 'token' },
  ])('$what: the operator reads it, the administrator of the other tenant does not', async ({ refused, failed }) => {
    await refused()
    const last = await desk.explain()
    expect(last).toMatchObject({ outcome: 'refused', failed })
    const { signInId } = last
    expect(await desk.recorded(signInId)).toEqual(last)
    expect(await server.json<Explanation>('explain', signInId)).toEqual(last)
    const [newest] = await server.json<Listed[]>(
      'Get-MgAuditLogSignIn',
      '-Top',
      '1',
      '-Filter',
      'status/errorCode ne 0',
    )
    expect(newest?.id).toBe(signInId)

    expect(await fabrikam.explain(signInId)).toMatchObject({ code: 1, out: '' })
    expect((await fabrikam.explain()).err).toContain('No sign-in was refused yet.')
    const theirs = await fabrikam.listed()
    expect(theirs.length).toBeGreaterThan(0)
    expect(theirs.map(({ id }) => id)).not.toContain(signInId)
  })

  it('with the client id of an app: its administrator reads it, the operator does not', async () => {
    const before = (await desk.explain()).signInId
    await fabrikam.token('contsoo.test')
    const { out } = await fabrikam.explain()
    expect(JSON.parse(out)).toMatchObject({ failed: 'tenant', errorCode: 90002 })
    expect((await desk.explain()).signInId).toBe(before)
  })
})
