import type { AddressBook } from './address-book.ts'

/** What an address book said once is not asked again. For one message: however many ways lead to a group, it is read once. */
export const rememberedBook = ({ tenants, mailboxes, groups, sendAs, exchange }: AddressBook): AddressBook => ({
  tenants: { find: once((domain) => tenants.find(domain)) },
  mailboxes: {
    byId: (id) => mailboxes.byId(id),
    find: (tenant, named) => mailboxes.find(tenant, named),
    findByAddress: (tenant, address) => mailboxes.findByAddress(tenant, address),
  },
  groups: {
    findByAddress: once((tenant, address) => groups.findByAddress(tenant, address)),
    groupsIn: once((group) => groups.groupsIn(group)),
    mailboxesIn: once((group, closed) => groups.mailboxesIn(group, closed)),
    holds: once((group, user) => groups.holds(group, user)),
    standing: (accounts) => groups.standing(accounts),
  },
  sendAs,
  exchange,
})

function once<A extends readonly unknown[], R>(ask: (...asked: A) => Promise<R>): (...asked: A) => Promise<R> {
  const known = new Map<string, Promise<R>>()
  return (...asked) => {
    const key = JSON.stringify(asked)
    const said = known.get(key) ?? ask(...asked)
    known.set(key, said)
    return said
  }
}
