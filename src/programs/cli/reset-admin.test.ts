import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { postern, RunningServer } from '../../../test/support/command-line.ts'

it('a lost secret is replaced while no server runs, and the old one ends', async () => {
  const server = await RunningServer.start()
  const { client_secret_file } = server.ready.admin
  const old = await readFile(client_secret_file, 'utf8')
  const { clientSecret } = await server.json<{ clientSecret: string }>('New-Tenant', 'fabrikam.test')
  await server.stop()
  onTestFinished(() => server.close())

  await rm(client_secret_file)
  const reset = await postern(['reset-admin', '--data', server.data, '--json'])
  expect(reset.code).toBe(0)
  expect(JSON.parse(reset.out)).toEqual({
    tenant: server.ready.tenant.id,
    domain: 'contoso.test',
    client_id: server.ready.admin.client_id,
    client_secret_file,
  })
  const other = await postern(['reset-admin', '--tenant', 'fabrikam.test', '--data', server.data, '--json'])
  const { client_secret: otherSecret } = JSON.parse(other.out) as { client_secret: string }
  expect(otherSecret).not.toBe(clientSecret)
  expect((await postern(['reset-admin', '--tenant', 'none.test', '--data', server.data])).code).toBe(1)

  await server.restart()
  expect((await server.run(['Get-Mailbox'])).code).toBe(0)
  const { client_id } = server.ready.admin
  const refused = await server.run(['token', '--client-id', client_id, '--client-secret', old])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('AADSTS7000215') })
})

it('a data directory that is none is not made', async () => {
  const nowhere = path.join(import.meta.dirname, 'no-such-directory')
  const done = await postern(['reset-admin', '--data', nowhere])
  expect(done).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no data directory') })
})
