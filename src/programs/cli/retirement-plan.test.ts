import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { MINUTE } from '../../core/time.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start({ 'auth.basic': 'policy' })
  const ada = ['-Name', 'Ada', '-MicrosoftOnlineServicesID', 'ada@contoso.test', '-Password', 'Correct horse']
  await server.json('New-Mailbox', ...ada)
  await server.json('New-AuthenticationPolicy', 'Old programs', '-AllowBasicAuthImap')
  await server.json('Set-User', 'ada@contoso.test', '-AuthenticationPolicy', 'Old programs')
})
afterAll(() => server.close())

async function signIn(): Promise<string> {
  const { ports, ca } = server.ready
  const socket = connect({ port: ports.imaps!, host: 'localhost', ca: readFileSync(ca) })
  await once(socket, 'data')
  socket.write('a LOGIN ada@contoso.test "Correct horse"\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return String(answer)
}

it('a plan is tried, made, shown, changed and removed, and keeps passwords out while it stands', async () => {
  expect(await signIn()).toMatch(/^a OK /)
  const terms = ['-Imap', '2099-02-01', '-CutOff', '2099-06-01', '-Waves', '[{"unusedDays":90,"aheadDays":31}]']
  const broken = {
    mailbox: 'ada@contoso.test',
    protocol: 'IMAP4',
    breaksDateTime: '2099-02-01T00:00:00.000Z',
    wave: 'in use',
  }
  expect(await server.json('Test-BasicAuthRetirementPlan', ...terms)).toEqual([expect.objectContaining(broken)])
  expect(await server.json('Get-BasicAuthRetirementPlan')).toEqual([])
  expect(await server.run(['report', 'basic-auth-plan'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no plan, and none can be tried without a date'),
  })

  const made = await server.json('New-BasicAuthRetirementPlan', ...terms)
  expect(made).toMatchObject({ imap: broken.breaksDateTime, pop: null, reEnabled: [] })
  expect(await server.json('Get-BasicAuthRetirementPlan')).toEqual([made])
  expect(await signIn()).toMatch(/^a OK /)
  const brownOuts = ['-BrownOuts', '[{"start":"2099-01-10T09:00:00Z","minutes":60}]']
  expect(await server.json('Test-BasicAuthRetirementPlan', ...brownOuts)).toEqual([
    expect.objectContaining({
      breaksDateTime: '2099-01-10T09:00:00.000Z',
      untilDateTime: '2099-01-10T10:00:00.000Z',
      what: 'brown-out',
      addresses: [expect.stringContaining('127.0.0.1')],
    }),
    expect.objectContaining({ breaksDateTime: broken.breaksDateTime, untilDateTime: null, what: 'end' }),
  ])
  const { out } = await server.run(['report', 'basic-auth-plan', '--imap', '2099-03-01', '--csv'])
  expect(out).toMatch(/^breaksDateTime,untilDateTime,what,wave,mailbox,.*\r\n2099-03-01T00:00:00.000Z,,end,in use,ada@/)
  const later = await server.json('Test-BasicAuthRetirementPlan', '-Imap', '2099-03-01')
  expect(later).toEqual([expect.objectContaining({ breaksDateTime: '2099-03-01T00:00:00.000Z' })])

  const asked = ['explain', '--mailbox', 'ada@contoso.test', '--password', '--protocol', 'imap']
  expect(await server.json(...asked)).toMatchObject({
    outcome: 'granted',
    signInId: null,
    changes: [
      { at: broken.breaksDateTime, outcome: 'refused', evidence: expect.stringContaining('all that are in use') },
    ],
  })
  const told = (await server.run(asked)).out
  expect(told).toContain('\n  user     ada@contoso.test\n  with     a password\n')
  expect(told).toContain('\nBy the retirement plan:\n  from 2099-02-01T00:00:00Z on  refused: ')
  for (const wrong of [
    ['--app', 'x'],
    ['--protocol', 'graph'],
  ]) {
    expect((await server.run([...asked, ...wrong])).code).toBe(2)
  }

  await server.json('Set-BasicAuthRetirementPlan', '-Imap', '2020-01-01')
  expect(await signIn()).toMatch(/^a NO /)
  const { fix } = await server.json<{ fix: string[] }>('explain')
  expect(fix).toEqual(['postern Set-BasicAuthRetirementPlan -ReEnable Imap'])
  await server.json('Set-BasicAuthRetirementPlan', '-ReEnable', 'Imap')
  expect(await signIn()).toMatch(/^a OK /)
  expect(await server.run(['Set-BasicAuthRetirementPlan', '-ReEnable', 'Imap'])).toMatchObject({ code: 1, out: '' })

  await server.json('Remove-BasicAuthRetirementPlan', '-Confirm:false')
  expect(await server.json('Get-BasicAuthRetirementPlan')).toEqual([])
})

it.each([
  [['-Imap', '2099-02-01']],
  [['-CutOff', '2099-02-01']],
  [['-Imap', '2099-02-01', '-CutOff', '2099-01-01']],
  [['-Imap', '2099-02-01', '-CutOff', '2099-06-01', '-Waves', '[{"unusedDays":"x"}]']],
])('refuses a plan of %j', async (words) => {
  expect((await server.run(['New-BasicAuthRetirementPlan', ...words])).code).not.toBe(0)
  expect(await server.json('Get-BasicAuthRetirementPlan')).toEqual([])
})

it('a brown-out is over once what explain says of it is typed', async () => {
  const brownOut = [{ start: new Date(Date.now() - MINUTE).toISOString(), minutes: 60 }]
  const terms = ['-Imap', '2099-02-01', '-CutOff', '2099-06-01', '-BrownOuts', JSON.stringify(brownOut)]
  await server.json('New-BasicAuthRetirementPlan', ...terms)
  expect(await signIn()).not.toMatch(/^a OK /)
  const { fix } = await server.json<{ fix: readonly string[] }>('explain')
  expect(fix).toHaveLength(2)
  const typed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${fix[1]}`])
    .toString()
    .split('\0')
    .slice(1, -1)
  expect(await server.run(typed)).toMatchObject({ code: 0 })
  expect(await signIn()).toMatch(/^a OK /)
})
