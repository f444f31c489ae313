import { describe, expect, it } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'

describe('folders', () => {
  it('are listed, found by their well-known names, and have constant ids', async () => {
    const { expectOk } = await openGraphMail()
    const { value } = await expectOk('GET', '/mailFolders')
    expect(value.map(({ displayName }: { displayName: string }) => displayName).sort()).toEqual([
      'Archive',
      'Deleted Items',
      'Drafts',
      'Inbox',
      'Junk Email',
      'Sent Items',
    ])
    const inbox = await expectOk('GET', "/mailFolders('Inbox')?$select=displayName,unreadItemCount")
    expect(inbox).toEqual({
      '@odata.context': expect.stringContaining(
        "/v1.0/$metadata#users('ada%40contoso.test')/mailFolders(displayName,unreadItemCount)/$entity",
      ),
      id: expect.stringMatching(/^A[\w-]{63,}=*$/),
      displayName: 'Inbox',
      unreadItemCount: 0,
    })
    expect(await expectOk('GET', `/mailFolders/${inbox.id}`)).toMatchObject({ id: inbox.id, displayName: 'Inbox' })
    const root = await expectOk('GET', '/mailFolders/msgfolderroot')
    expect(root).toMatchObject({
      id: (await expectOk('GET', '/mailFolders/inbox')).parentFolderId,
      childFolderCount: 6,
    })
  })

  it('are created, renamed, moved, copied and deleted', async () => {
    const { as, expectOk } = await openGraphMail()
    const a = await expectOk('POST', '/mailFolders', { displayName: 'A/B' })
    expect(a).toMatchObject({ displayName: 'A/B', childFolderCount: 0, isHidden: false })
    const child = await expectOk('POST', `/mailFolders/${a.id}/childFolders`, { displayName: 'C' })
    expect(child.parentFolderId).toBe(a.id)
    const taken = await as('POST', '/mailFolders', { displayName: 'A/B' })
    expect([taken.status, taken.body.error.code]).toEqual([409, 'ErrorFolderExists'])
    expect(await expectOk('PATCH', `/mailFolders/${a.id}`, { displayName: 'Renamed' })).toMatchObject({
      id: a.id,
      displayName: 'Renamed',
      childFolderCount: 1,
    })
    const copy = await expectOk('POST', `/mailFolders/${child.id}/copy`, { DestinationId: 'inbox' })
    expect(copy).toMatchObject({ displayName: 'C' })
    expect(copy.id).not.toBe(child.id)
    const moved = await expectOk('POST', `/mailFolders/${child.id}/move`, { destinationId: 'msgfolderroot' })
    expect(moved).toMatchObject({ id: child.id, displayName: 'C' })
    expect((await as('DELETE', `/mailFolders/${child.id}`)).status).toBe(204)
    const trash = await expectOk('GET', '/mailFolders/deletedItems')
    expect(await expectOk('GET', `/mailFolders/${child.id}`)).toMatchObject({ parentFolderId: trash.id })
    expect((await as('DELETE', `/mailFolders/${child.id}`)).status).toBe(204)
    expect((await as('GET', `/mailFolders/${child.id}`)).body.error.code).toBe('ErrorFolderNotFound')
    expect((await as('DELETE', '/mailFolders/inbox')).body.error.code).toBe('ErrorCannotDeleteObject')
  })

  it('are filtered, paged, counted and expanded as programs ask', async () => {
    const { expectOk } = await openGraphMail()
    const top = await expectOk('POST', '/mailFolders', { displayName: 'Projects' })
    for (let nth = 0; nth < 12; nth++) {
      await expectOk('POST', `/mailFolders/${top.id}/childFolders`, { displayName: `P${nth}` })
    }
    const found = await expectOk('GET', "/mailFolders?$filter=DisplayName eq 'projects'&$top=1&$count=true")
    expect([found.value.length, found['@odata.count'], found['@odata.nextLink']]).toEqual([1, 1, undefined])
    const page = await expectOk('GET', `/mailFolders/${top.id}/childFolders`)
    expect(page.value).toHaveLength(10)
    const { pathname, search } = new URL(page['@odata.nextLink'])
    const rest = await expectOk('GET', `${pathname.replace('/v1.0/users/ada@contoso.test', '')}${search}`)
    expect([rest.value.length, rest['@odata.nextLink']]).toEqual([2, undefined])
    const all = await expectOk('GET', '/mailFolders?$expand=childFolders($top=9999;$select=displayName)&$top=9999')
    const shown = all.value.find(({ id }: { id: string }) => id === top.id)
    expect(shown.childFolders).toHaveLength(12)
    expect(Object.keys(shown.childFolders[0]).sort()).toEqual(['displayName', 'id'])
  })

  it.each([
    ['/mailFolders/nosuch', 400, 'ErrorInvalidIdMalformed'],
    ['/mailFolders/outbox', 404, 'ErrorFolderNotFound'],
    ['/mailFolders?$select=isRead', 400, 'BadRequest'],
    ['/mailFolders?$expand=childFolders($top=1', 400, 'BadRequest'],
  ])('GET %s is refused %i %s', async (path, status, code) => {
    const { as } = await openGraphMail()
    const answer = await as('GET', path)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })
})
