import { describe, expect, it } from 'vitest'
import { openServer } from '../../../../test/support/server.ts'
import { registerAppWith } from '../../../../test/support/directory.ts'
import { openOnce } from '../../../../test/support/lifecycle.ts'
import { silentLog } from '../../../core/log.ts'

const opened = openOnce(async (atEnd) => {
  const context = await openServer(silentLog, {}, atEnd)
  await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
  await context.invoke('New-DistributionGroup', { Name: 'Staff' })
  const read = (path: string, asked: object = {}) =>
    context.ask('GET', `/adminapi/beta/${context.tenant.id}/${path}`, asked)
  const answer = await read('$metadata')
  return { context, read, answer, text: answer.rawPayload.toString('utf8') }
})

/** Checks that every element is closed, in the order of XML. */
function unclosed(text: string): readonly string[] {
  const open: string[] = []
  for (const [, end, name, empty] of text.matchAll(/<(\/?)([\w:]+)[^<>]*?(\/?)>/g)) {
    if (end === '/') expect(open.pop()).toBe(name)
    else if (empty === '') open.push(name!)
  }
  return open
}

const attributesIn = (text: string, element: string): readonly Readonly<Record<string, string>>[] =>
  [...text.matchAll(new RegExp(`<${element} ([^<>]*?)/?>`, 'g'))].map(([, inside]) =>
    Object.fromEntries([...inside!.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  )

/** The declared properties of a type, with their types. */
function declared(text: string, type: string): readonly (readonly [string, string])[] {
  const [, body] = new RegExp(`<EntityType Name="${type}"[^>]*>(.*?)</EntityType>`).exec(text) ?? []
  return attributesIn(body ?? '', 'Property').map(({ Name = '', Type = '' }) => [Name, Type])
}

const isOf: Readonly<Record<string, (value: unknown) => boolean>> = {
  'Edm.String': (value) => typeof value === 'string',
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Guid': (value) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(String(value)),
  'Edm.DateTimeOffset': (value) => !Number.isNaN(Date.parse(String(value))),
  'Collection(Edm.String)': (value) => Array.isArray(value) && value.every((it) => typeof it === 'string'),
  'Collection(Exchange.PermissionEntry)': (value) => Array.isArray(value) && value.every((it) => 'AccessRights' in it),
}

describe('the metadata document', () => {
  it('is a document of OData in XML, of the entity sets that there are', async () => {
    const { answer, text, read } = opened()
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/xml;charset=utf-8'])
    expect(text).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?><edmx:Edmx Version="4\.0"/)
    expect(unclosed(text)).toEqual([])
    const sets = (await read('')).json<{ value: { name: string }[] }>().value
    expect(attributesIn(text, 'EntitySet')).toEqual(
      sets.map(({ name }) => ({ Name: name, EntityType: `Exchange.${name}` })),
    )
  })

  it('declares no type that it does not have', () => {
    const { text } = opened()
    const has = new Set(['EntityType', 'ComplexType'].flatMap((it) => attributesIn(text, it)).map(({ Name }) => Name))
    for (const [, name] of text.matchAll(/Exchange\.(\w+)/g)) expect([name, has.has(name)]).toEqual([name, true])
  })

  it.each([
    ['Mailbox', 'Mailbox'],
    ['CasMailbox', 'CasMailbox'],
    ['Recipient', 'Recipient'],
    ['RecipientPermission', 'RecipientPermission'],
    ['MailboxPermission', `Mailbox('info')/MailboxPermission`],
  ])('declares of %s what it has, each property of the type that it has', async (type, path) => {
    const { read, text } = opened()
    const properties = declared(text, type)
    expect(properties.length).toBeGreaterThan(3)
    for (const shown of (await read(path)).json<{ value: Record<string, unknown>[] }>().value) {
      for (const [name, edm] of properties) {
        const value = shown[name]
        expect([name, edm, value === null || isOf[edm]!(value)]).toEqual([name, edm, true])
      }
    }
  })

  it('is for administrators', async () => {
    const { read, context } = opened()
    expect((await read('$metadata', { bearer: undefined })).statusCode).toBe(401)
    const roleless = await context.token(await registerAppWith(context, { roles: ['Exchange.ManageAsApp'] }))
    expect((await read('$metadata', { bearer: roleless })).statusCode).toBe(403)
  })
})
