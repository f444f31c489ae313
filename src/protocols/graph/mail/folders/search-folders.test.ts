import { describe, expect, it } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'

const message = (subject: string) => `Subject: ${subject}\nFrom: eve@example.org\n\nHello\n`

const weekly = {
  '@odata.type': 'microsoft.graph.mailSearchFolder',
  displayName: 'Weekly digests',
  includeNestedFolders: true,
  sourceFolderIds: ['inbox'],
  filterQuery: "contains(subject, 'weekly digest')",
}
const children = '/mailFolders/searchfolders/childFolders'

/** An inbox with two digests, one of them in a folder below, and one other message. */
async function opened() {
  const stage = await openGraphMail()
  await stage.deliver(message('Weekly digest 1'))
  await stage.deliver(message('Other'))
  const below = await stage.expectOk('POST', '/mailFolders/inbox/childFolders', { displayName: 'Below' })
  await stage.deliver(message('Weekly digest 2'), { read: true, received: Date.UTC(2020, 0, 1) })
  const { value } = await stage.expectOk('GET', "/messages?$filter=subject eq 'Weekly digest 2'")
  await stage.expectOk('POST', `/messages/${value[0].id}/move`, { destinationId: below.id })
  const subjects = async (path: string) =>
    (await stage.expectOk('GET', path)).value.map(({ subject }: { subject: string }) => subject)
  return { ...stage, below, subjects }
}

describe('a search folder', () => {
  it('shows the messages of its source folders that match', async () => {
    const { as, expectOk, subjects } = await opened()
    const made = await as('POST', children, weekly)
    const inbox = await expectOk('GET', '/mailFolders/inbox')
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({
        '@odata.type': '#microsoft.graph.mailSearchFolder',
        id: expect.stringMatching(/^AAMk[\w-]{60,}=$/),
        displayName: 'Weekly digests',
        totalItemCount: 2,
        unreadItemCount: 1,
        isSupported: true,
        includeNestedFolders: true,
        sourceFolderIds: [inbox.id],
        filterQuery: weekly.filterQuery,
      }),
    ])
    const path = `/mailFolders/${made.body.id}`
    expect(await subjects(`${path}/messages`)).toEqual(['Weekly digest 1', 'Weekly digest 2'])
    expect(await subjects(`${path}/messages?$filter=isRead eq false`)).toEqual(['Weekly digest 1'])
    expect(await subjects(`${path}/messages?$search="2"`)).toEqual(['Weekly digest 2'])
    expect((await as('GET', `${path}/messages/$count`)).body).toBe('2')
    const flat = await expectOk('PATCH', path, { includeNestedFolders: false, displayName: 'Flat' })
    expect(flat).toMatchObject({ displayName: 'Flat', totalItemCount: 1, id: made.body.id })
    expect(await expectOk('GET', `${children}/${made.body.id}`)).toMatchObject({ displayName: 'Flat' })
  })

  it('is listed below searchfolders, not among the folders of IMAP, until it is deleted', async () => {
    const { as, expectOk, mail, ada } = await opened()
    const { id, parentFolderId } = await expectOk('POST', '/mailFolders/inbox/childFolders', weekly)
    const listed = await expectOk('GET', '/mailFolders/SearchFolders/childFolders?$count=true&$select=displayName')
    expect(listed).toMatchObject({ '@odata.count': 1, value: [{ displayName: 'Weekly digests' }] })
    expect(await expectOk('GET', '/mailFolders/searchfolders')).toMatchObject({
      id: parentFolderId,
      displayName: 'Finder',
      childFolderCount: 1,
    })
    expect((await as('GET', `${children}/$count`)).body).toBe('1')
    const mailbox = await mail.open(ada.id, new AbortController().signal)
    expect((await mailbox.folders()).map(({ path }) => path)).not.toContain('Weekly digests')
    expect((await as('DELETE', `/mailFolders/${id}`)).status).toBe(204)
    expect((await as('GET', `/mailFolders/${id}`)).body.error.code).toBe('ErrorFolderNotFound')
    expect((await as('GET', `/mailFolders/${id}/messages`)).body.error.code).toBe('ErrorFolderNotFound')
  })

  it('has no messages once its source folder is gone', async () => {
    const { as, expectOk, below, subjects } = await opened()
    const { id } = await expectOk('POST', children, { ...weekly, sourceFolderIds: [below.id] })
    expect(await subjects(`/mailFolders/${id}/messages`)).toEqual(['Weekly digest 2'])
    expect((await as('POST', `/mailFolders/${below.id}/permanentDelete`)).status).toBe(204)
    expect(await subjects(`/mailFolders/${id}/messages`)).toEqual([])
  })

  it.each<[object, number, string]>([
    [{ displayName: '' }, 400, 'ErrorInvalidRequest'],
    [{ sourceFolderIds: [] }, 400, 'ErrorInvalidRequest'],
    [{ sourceFolderIds: ['x'] }, 400, 'ErrorInvalidIdMalformed'],
    [{ sourceFolderIds: undefined }, 400, 'ErrorInvalidRequest'],
    [{ filterQuery: 'x eq' }, 400, 'BadRequest'],
    [{ filterQuery: "x eq 'y'" }, 400, 'ErrorInvalidUrlQueryFilter'],
    [{ displayName: 'WEEKLY digests' }, 409, 'ErrorFolderExists'],
  ])('with %j is refused', async (change, status, code) => {
    const { as, expectOk } = await openGraphMail()
    await expectOk('POST', children, weekly)
    const answer = await as('POST', children, { ...weekly, displayName: 'Second', ...change })
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    expect((await as('GET', `${children}/$count`)).body).toBe('1')
  })

  it('cannot hold folders, and its parent cannot be changed', async () => {
    const { as } = await openGraphMail()
    const codes = await Promise.all([
      as('POST', children, { displayName: 'x' }),
      as('PATCH', '/mailFolders/searchfolders', { displayName: 'x' }),
      as('DELETE', '/mailFolders/searchfolders'),
    ])
    expect(codes.map(({ body }) => body.error.code)).toEqual([
      'ErrorInvalidRequest',
      'ErrorInvalidRequest',
      'ErrorCannotDeleteObject',
    ])
  })
})
