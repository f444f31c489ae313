import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { encodeXoauth2 } from '../../codecs/sasl/bearer.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

const address = 'info@contoso.test'

it('what explain says for a removed app fixes it, once the new ids are filled in', async () => {
  await server.json('New-Mailbox', '-Shared', '-Name', 'Info', '-PrimarySmtpAddress', address)
  await signIn(await tokenOfRemovedApp())
  const { failed, fix } = await server.json<{ failed: string; fix: string[] }>('explain')
  expect(failed).toBe('servicePrincipal')

  const ids = new Map<string, string>()
  for (const line of fix) await type(line, ids)
  const asked = ['explain', '--mailbox', address, '--app', ids.get('NEW-CLIENT-ID')!, '--protocol', 'pop3']
  expect(await server.json(...asked)).toMatchObject({ outcome: 'granted', fix: [] })
})

async function tokenOfRemovedApp(): Promise<string> {
  const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', "Kim's fetcher")
  const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', app.id)
  const principal = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
  const exchange = "appId eq '00000002-0000-0ff1-ce00-000000000000'"
  const [resource] = await server.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
    'Get-MgServicePrincipal',
    '-Filter',
    exchange,
  )
  const role = resource!.appRoles.find(({ value }) => value === 'POP.AccessAsApp')!
  const grant = ['-ServicePrincipalId', principal.id, '-PrincipalId', principal.id, '-ResourceId', resource!.id]
  await server.json('New-MgServicePrincipalAppRoleAssignment', ...grant, '-AppRoleId', role.id)
  const asked = ['token', '--raw', '--client-id', app.appId, '--client-secret', secretText]
  const { out } = await server.run(asked)
  await server.run(['Remove-MgApplication', app.id])
  return out.trim()
}

async function signIn(token: string): Promise<void> {
  const { ports, ca } = server.ready
  const socket = connect({ port: ports.pop3s!, host: 'localhost', ca: readFileSync(ca) })
  await once(socket, 'data')
  socket.write(`AUTH XOAUTH2 ${encodeXoauth2({ user: address, token })}\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^(\+ |-ERR )/)
  socket.destroy()
}

/** Types a line as a person would, who notes the ids that it tells. */
async function type(line: string, ids: Map<string, string>): Promise<void> {
  const filled = [...ids].reduce((text, [placeholder, id]) => text.replaceAll(placeholder, id), line)
  const [, name, ...words] = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${filled}`])
    .toString()
    .split('\0')
    .slice(0, -1)
  const told = await server.json<{ id: string; appId: string; secretText: string }>(name!, ...words)
  if (name === 'New-MgApplication') ids.set('NEW-APP-OBJECT-ID', told.id).set('NEW-CLIENT-ID', told.appId)
  if (name === 'New-MgServicePrincipal') ids.set('NEW-SERVICE-PRINCIPAL-ID', told.id)
  if (name === 'Add-MgApplicationPassword') {
    const file = path.join(server.folder, 'secret')
    await writeFile(file, told.secretText)
    ids.set('SECRET-FILE', file)
  }
}
