import { expect, it } from 'vitest'
import { openServer, signInUser, withPasswords } from '../../../../test/support/server.ts'
import { HOUR } from '../../../core/time.ts'
import { silentLog } from '../../../core/log.ts'

const SCOPES = ['IMAP.AccessAsUser.All', 'SMTP.Send']

async function open() {
  const context = await openServer(silentLog, withPasswords)
  const ada = await signInUser(context, 'ada', { scopes: SCOPES })
  const now = context.world.now()
  const [imap, cutOff] = [now + HOUR / 4, now + HOUR / 2].map((at) => new Date(at).toISOString())
  const terms = { imap, smtp: imap, cutOff, selfService: true }
  const plan = (verb: 'POST' | 'PATCH', payload: object) =>
    context.ask(verb, '/postern/v1/basic-auth-plan', { payload })
  const enable = (protocol: string, bearer?: string) =>
    context.ask('POST', '/postern/v1/own-basic-auth', { payload: { protocol }, bearer: bearer ?? ada.token })
  return { ...context, ada, terms, cutOff, plan, enable }
}

it('an owner enables a retired protocol for the own mailbox again, once, with a token of their own', async () => {
  const context = await open()
  const { ada, world, terms, cutOff, plan, enable, directory, tenant } = context
  expect((await plan('POST', terms)).statusCode).toBe(201)
  expect((await enable('Imap')).statusCode).toBe(409)
  world.advance(HOUR / 4)

  expect((await enable('Imap', await context.token())).statusCode).toBe(403)
  // The app may not open the mailbox over POP3.
  expect((await enable('Pop')).statusCode).toBe(403)
  expect((await enable('imap')).statusCode).toBe(400)
  const enabled = await enable('Imap')
  expect(enabled.statusCode).toBe(200)
  expect(enabled.json()).toEqual({ mailbox: 'ada@contoso.test', protocol: 'Imap', untilDateTime: cutOff })
  expect((await enable('Imap')).json<{ error: { message: string } }>().error.message).toContain('done once')
  expect((await enable('Smtp')).statusCode).toBe(200)
  const [, first] = await directory.audits.page(tenant.id, { limit: 2 })
  expect(first).toMatchObject({ activity: 'Enable-OwnBasicAuth', actor: { kind: 'user', id: ada.user.id } })

  world.advance(HOUR / 4)
  expect((await enable('Imap')).json<{ error: { message: string } }>().error.message).toContain('permanent')
})

it('an owner enables nothing without a plan that allows it', async () => {
  const { world, terms, plan, enable } = await open()
  expect((await enable('Imap')).statusCode).toBe(404)
  await plan('POST', { ...terms, selfService: false })
  world.advance(HOUR / 4)
  expect((await enable('Imap')).statusCode).toBe(403)
  await plan('PATCH', { selfService: true })
  expect((await enable('Imap')).statusCode).toBe(200)
})

it('a plan names no address that is not a mailbox here', async () => {
  const { terms, plan } = await open()
  const answer = await plan('POST', { ...terms, notifyAddress: 'boss@elsewhere.test' })
  expect(answer.statusCode).toBe(400)
  expect(answer.json<{ error: { message: string } }>().error.message).toContain("'boss@elsewhere.test'")
  expect((await plan('POST', { ...terms, notifyAddress: 'ada@contoso.test' })).json()).toMatchObject({
    notifyAddress: 'ada@contoso.test',
    selfService: true,
    ownReEnabled: 0,
  })
})
