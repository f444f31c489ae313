import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'

interface Simulated {
  readonly outcome: string
  readonly failed: string | null
  readonly fix: readonly string[]
}

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

/** The words of a line as a shell gives them to the program. */
const wordsOf = (line: string): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`])
    .toString()
    .split('\0')
    .slice(1, -1)

const simulate = (app: string, mailbox: string, protocol: string, ...further: string[]): Promise<Simulated> =>
  server.json('explain', '--mailbox', mailbox, '--app', app, '--protocol', protocol, ...further)

/** Runs the printed fixes until the sign-in is granted; returns the checks that failed on the way. */
async function fixed(...asked: Parameters<typeof simulate>): Promise<readonly string[]> {
  const failed: string[] = []
  for (;;) {
    const simulated = await simulate(...asked)
    if (simulated.outcome === 'granted') return failed
    expect(failed).not.toContain(simulated.failed)
    failed.push(simulated.failed!)
    for (const line of simulated.fix) {
      const words = wordsOf(line)
      // A token is simulated, so none has to be fetched.
      if (words[0] !== 'token') expect(await server.run(words)).toMatchObject({ code: 0 })
    }
  }
}

async function app(name: string) {
  const { appId } = await server.json<{ appId: string }>('New-MgApplication', '-DisplayName', name)
  const { id } = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', appId)
  await server.json('New-ServicePrincipal', '-AppId', appId, '-ObjectId', id)
  return appId
}

const mailbox = async (name: string, ...kind: string[]) => {
  await server.json('New-Mailbox', '-Name', name, ...kind)
  return `${name}@contoso.test`
}
const shared = (name: string) => mailbox(name, '-Shared')
const personal = (name: string) =>
  mailbox(name, '-MicrosoftOnlineServicesID', `${name}@contoso.test`, '-Password', 'Correct horse battery staple')

describe('what is said to fix a refusal, typed as it stands', () => {
  it('lets an app send from the address of another mailbox', async () => {
    const sender = await app('Writer')
    const [own, another] = [await shared('own'), await shared('another')]
    await fixed(sender, own, 'smtp')
    expect(await simulate(sender, own, 'smtp', '--from', another)).toMatchObject({
      wire: expect.stringMatching(/^550 5\.7\.1 /) as string,
    })
    expect(await fixed(sender, own, 'smtp', '--from', another)).toEqual(['sendAs'])
  })

  it('opens mail over Graph by a consent', async () => {
    expect(await fixed(await app('Reader'), await shared('post'), 'graph')).toEqual(['role'])
  })

  it('adds a shared mailbox to the scope of an app through a group, and the next one to that group', async () => {
    const appId = await app('Kept')
    const [kim, info, help] = [await personal('kim'), await shared('info'), await shared('help')]
    await fixed(appId, kim, 'graph')
    const restriction = ['-AppId', appId, '-AccessRight', 'RestrictAccess', '-PolicyScopeGroupId', kim]
    await server.json('New-ApplicationAccessPolicy', ...restriction)
    expect(await fixed(appId, info, 'graph')).toEqual(['applicationAccessPolicy'])
    const simulated = await simulate(appId, help, 'graph')
    expect(simulated.fix).toEqual([
      'postern Add-DistributionGroupMember -Identity info-group@contoso.test -Member help@contoso.test',
    ])
    expect(await fixed(appId, help, 'graph')).toEqual(['applicationAccessPolicy'])
    expect(await simulate(appId, kim, 'graph')).toMatchObject({ outcome: 'granted' })
  })

  it('takes a denial of every app away', async () => {
    const appId = await app('Denied')
    const lee = await personal('lee')
    await fixed(appId, lee, 'graph')
    const denial = ['-AppId', '*', '-AccessRight', 'DenyAccess', '-PolicyScopeGroupId', lee]
    await server.json('New-ApplicationAccessPolicy', ...denial)
    expect(await fixed(appId, lee, 'graph')).toEqual(['applicationAccessPolicy'])
  })

  it('brings a mailbox, and it alone, into the scope of a role', async () => {
    const appId = await app('Sender')
    const [bo, out, other] = [await shared('bo'), await shared('out'), await shared('other')]
    await server.json('New-ManagementScope', '-Name', 'bo', '-RecipientRestrictionFilter', "Alias -eq 'bo'")
    const assignment = ['-App', appId, '-Role', 'Application SMTP.SendAsApp', '-CustomResourceScope', 'bo']
    await server.json('New-ManagementRoleAssignment', ...assignment)
    expect(await fixed(appId, bo, 'smtp')).toEqual([])
    expect(await fixed(appId, out, 'smtp')).toEqual(['managementScope'])
    expect(await simulate(appId, other, 'smtp')).toMatchObject({ failed: 'managementScope' })
  })
})
