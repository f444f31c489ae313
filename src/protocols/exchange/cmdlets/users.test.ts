import { expect, it } from 'vitest'
import { openServer } from '../../../../test/support/server.ts'

interface Page {
  readonly value: readonly { readonly Name: string }[]
  readonly '@odata.nextLink'?: string
}

it.each(['Get-User', 'Get-Mailbox', 'Get-CASMailbox'])('%s gives each of them once, page by page', async (name) => {
  const context = await openServer()
  const made = ['a', 'b', 'c', 'd', 'e']
  for (const Name of made) await context.invoke('New-Mailbox', { Shared: true, Name })
  const found: string[] = []
  let query = ''
  do {
    const answer = await context.invoke(name, {}, { query, headers: { prefer: 'odata.maxpagesize=2' } })
    const page = answer.json<Page>()
    expect(page.value.length).toBeLessThanOrEqual(2)
    found.push(...page.value.map(({ Name }) => Name))
    const next = page['@odata.nextLink']
    query = next === undefined ? '' : new URL(next).search
  } while (query !== '')
  expect(found.toSorted()).toEqual(made)
})
