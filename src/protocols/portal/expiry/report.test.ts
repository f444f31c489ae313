import { describe, expect, it } from 'vitest'
import { openServer } from '../../../../test/support/server.ts'
import { registerAppWith, grantMailbox, newMailbox } from '../../../../test/support/directory.ts'
import { enterMailbox, openGrantedAccess, signInRecord } from '../../../../test/support/access.ts'
import { DAY } from '../../../core/time.ts'
import type { SignIn } from '../../../domain/audit/types.ts'
import { expiring, type ExpiringRequest, inWords } from './report.ts'

/** A reader of ada's mailbox, whose only secret ends in ten days. */
async function openExpiring() {
  const context = await openGrantedAccess()
  const { directory, tenant, world, signIns, reader } = context
  const secretFor = (days: number) =>
    directory.apps.addSecret(tenant.id, reader.app.id, { starts: world.now(), ends: world.now() + days * DAY })
  const secret = await secretFor(10)
  /** As the token service puts it on record. */
  const tokenRequest = (change: Partial<SignIn> = {}) =>
    void signIns.record(
      signInRecord(world, {
        tenant: tenant.id,
        protocol: 'entra',
        mailbox: undefined,
        app: { appId: reader.app.appId, id: reader.app.id },
        appDisplayName: reader.app.displayName,
        authentication: 'OAuth',
        credential: { kind: 'secret', keyId: secret.keyId },
        ...change,
      }),
    )
  const report = async (asked: Partial<ExpiringRequest> = {}) =>
    (await expiring(context, tenant.id, { days: 30, appId: undefined, ...asked })).map((it) => ({
      ...it,
      words: inWords(it, world.now()),
    }))
  return { ...context, secret, secretFor, tokenRequest, report }
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

describe('the report of what ends', () => {
  it('says which mailbox stops, when, and when it was opened last', async () => {
    const context = await openExpiring()
    const { world, report, secret, reader, tokenRequest } = context
    tokenRequest()
    ;(await enterMailbox(context)).leave()
    const [imap, used] = [world.now(), world.now()]
    world.advance(2 * DAY)
    ;(await enterMailbox(context, 'pop3')).leave()
    const pop3 = world.now()
    world.advance(DAY)
    expect(await report()).toEqual([
      expect.objectContaining({
        keyId: secret.keyId,
        kind: 'secret',
        hint: secret.hint,
        ends: secret.ends,
        app: expect.objectContaining({ appId: reader.app.appId, displayName: 'Reader' }),
        lastUsed: used,
        triesAfterEnd: undefined,
        outlivedBy: undefined,
        mailboxes: [
          {
            address: 'ada@contoso.test',
            permitted: true,
            uses: [
              { protocol: 'pop3', last: pop3 },
              { protocol: 'imap', last: imap },
            ],
          },
        ],
        words: `Stops on ${dayOf(secret.ends)}: ada@contoso.test (last opened on ${dayOf(pop3)} over pop3).`,
      }),
    ])
  })

  it('looks so many days ahead and no further, and at one app where it is asked to', async () => {
    const { report, reader, world } = await openExpiring()
    expect(await report({ days: 9 })).toEqual([])
    expect(await report({ days: 10 })).toHaveLength(1)
    expect(await report({ appId: reader.app.appId.toUpperCase() })).toHaveLength(1)
    expect(await report({ appId: reader.app.id })).toEqual([])
    world.advance(10 * DAY)
    // It has ended, and nobody shows it.
    expect(await report()).toEqual([])
  })

  it('tells of an ended secret that is still shown, how often and when last', async () => {
    const { report, tokenRequest, world, secret } = await openExpiring()
    tokenRequest()
    world.advance(12 * DAY)
    const refused = {
      outcome: 'refused',
      errorCode: 7000222,
      failed: 'clientCredential',
      credential: undefined,
    } as const
    tokenRequest(refused)
    world.advance(DAY)
    tokenRequest(refused)
    const [first, ...others] = await report()
    expect(others).toEqual([])
    expect(first).toMatchObject({
      keyId: secret.keyId,
      triesAfterEnd: { count: 2, last: world.now() },
      words: `Stopped on ${dayOf(secret.ends)}: ada@contoso.test (not opened yet). It was still shown 2 times, last on ${dayOf(world.now())}.`,
    })
    world.advance(31 * DAY)
    expect(await report()).toEqual([])
  })

  it('says what outlives it, and whether the program has changed over', async () => {
    const { report, tokenRequest, secretFor, world, secret } = await openExpiring()
    tokenRequest()
    world.advance(DAY)
    await secretFor(200)
    const longest = await secretFor(400)
    const lasts = `the secret ${longest.hint}…, which lasts until ${dayOf(longest.ends)}`
    expect((await report())[0]).toMatchObject({
      outlivedBy: { kind: 'secret', keyId: longest.keyId, ends: longest.ends, lastUsed: undefined },
      words: `Stops on ${dayOf(secret.ends)}, unless the program is given ${lasts}: ada@contoso.test (not opened yet).`,
    })
    world.advance(DAY)
    tokenRequest({ credential: { kind: 'secret', keyId: longest.keyId } })
    expect((await report())[0]!.words).toBe(
      `Nothing stops: the secret ${longest.hint}… is in use, and lasts until ${dayOf(longest.ends)}.`,
    )
    world.advance(DAY)
    tokenRequest()
    expect((await report())[0]!.words).toContain('unless the program is given')
  })

  it('counts the word of an outside issuer as what lasts without an end', async () => {
    const { report, directory, tenant, reader, tokenRequest } = await openExpiring()
    const federated = await directory.apps.addFederated(tenant.id, reader.app.id, {
      name: 'cluster',
      issuer: 'https://issuer.test',
      subject: 'reader',
      audiences: ['api://AzureADTokenExchange'],
    })
    tokenRequest({ credential: { kind: 'federated', keyId: federated.id } })
    expect((await report())[0]!.words).toBe(
      "Nothing stops: the federated credential 'cluster' is in use, and lasts without an end.",
    )
  })

  it('names five mailboxes and counts the others, the latest opened first', async () => {
    const context = await openExpiring()
    const { directory, tenant, reader, report } = context
    for (let n = 0; n < 6; n++) {
      await grantMailbox(directory, reader, await directory.mailboxes.create(tenant.id, newMailbox(`m${n}`)))
    }
    ;(await enterMailbox(context, 'imap', 'm4')).leave()
    const [first] = await report()
    expect(first!.mailboxes).toHaveLength(7)
    expect(first!.words).toMatch(
      /: m4@contoso\.test \(last opened on .*\), (\w+@contoso\.test \(not opened yet\)(, )?){4} and 2 more\.$/,
    )
  })

  it('names what a person opened through the app, and forgets mailboxes that are gone', async () => {
    const { report, access, directory, tenant, ...context } = await openExpiring()
    const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    const user = (await directory.users.find(tenant.id, 'bob@contoso.test'))!
    await context.consentTo(context.reader, ['IMAP.AccessAsUser.All'], user.id)
    const bearer = await context.userTokenFor(context.reader, user)
    const entry = await access.enter({
      credential: { bearer },
      protocol: 'imap',
      address: 'BOB@contoso.test',
      from: '192.0.2.7',
    })
    expect(entry.granted).toBe(true)
    expect((await report())[0]!.mailboxes.map(({ address, permitted }) => [address, permitted])).toEqual([
      ['bob@contoso.test', false],
      ['ada@contoso.test', true],
    ])
    await directory.mailboxes.remove(tenant.id, bob.id)
    expect((await report())[0]!.mailboxes.map(({ address }) => address)).toEqual(['ada@contoso.test'])
  })
})

describe('Get-ExpiringCredential', () => {
  const path = '/postern/v1/expiring-credentials'

  it('answers with what the token service put on record, as the clock moves', async () => {
    const context = await openServer()
    const { directory, tenant, world } = context
    const app = await registerAppWith(context, { roles: ['IMAP.AccessAsApp'] })
    const { id, secrets } = (await directory.apps.find(tenant.id, { appId: app.appId }))!
    await directory.apps.removeSecret(tenant.id, id, secrets[0]!.keyId)
    const secret = await directory.apps.addSecret(tenant.id, id, { displayName: 'mail', ends: world.now() + 10 * DAY })
    await context.token({ ...app, clientSecret: secret.value })
    const used = new Date(world.now()).toISOString()
    const reply = await context.ask('GET', `${path}?days=10&appId=${app.appId}`)
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toEqual({
      value: [
        {
          endDateTime: new Date(secret.ends).toISOString(),
          daysLeft: 10,
          appDisplayName: 'Reader',
          appId: app.appId,
          applicationId: id,
          credential: `secret ${secret.hint}… (mail)`,
          kind: 'secret',
          displayName: 'mail',
          hint: secret.hint,
          keyId: secret.keyId,
          lastUsedDateTime: used,
          triesAfterEnd: null,
          outlivedBy: null,
          mailboxes: [],
          summary: `Stops on ${dayOf(secret.ends)}: no mailbox hangs on it; the secret was last used on ${used.slice(0, 10)}.`,
        },
      ],
    })
    world.advance(11 * DAY)
    await context.token({ ...app, clientSecret: secret.value })
    const [ended] = (await context.ask('GET', path)).json<{ value: Record<string, unknown>[] }>().value
    expect(ended).toMatchObject({
      keyId: secret.keyId,
      daysLeft: -1,
      triesAfterEnd: { count: 1, lastDateTime: new Date(world.now()).toISOString() },
    })
  })

  it.each(['days=x', 'days=-1', 'days=40000', 'appId=reader'])('refuses %s', async (query) => {
    const context = await openServer()
    expect((await context.ask('GET', `${path}?${query}`)).statusCode).toBe(400)
  })

  it('is for administrators, each of their own tenant', async () => {
    const context = await openServer()
    const mere = await registerAppWith(context, { roles: ['Exchange.ManageAsApp'] })
    expect((await context.ask('GET', path, { bearer: await context.token(mere) })).statusCode).toBe(403)
    expect((await context.ask('GET', path, { bearer: undefined })).statusCode).toBe(401)
  })
})
