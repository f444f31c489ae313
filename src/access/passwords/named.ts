/** Who signs in with a password, and the mailbox that they ask for. */
export interface Named {
  readonly user: string
  readonly mailbox: string
}

/**
 * Their own mailbox, or another: as `user@domain/shared` or `user@domain\shared`, as Exchange takes it, or as SASL PLAIN's
 * authorization identity, which then is the mailbox whatever else is named. A shared mailbox may be named without its domain,
 * which is then the user's.
 */
export function namedIn(address: string | undefined, user: string | undefined): Named {
  const [, before, after] = /^([^/\\]+@[^/\\]+)[/\\](.+)$/s.exec(user ?? address ?? '') ?? []
  const who = before ?? user ?? address ?? ''
  const mailbox = (user === undefined ? after : undefined) ?? address ?? ''
  return { user: who, mailbox: mailbox.includes('@') ? mailbox : `${mailbox}@${domainOf(who)}` }
}

/** What stands behind the last at sign. */
export const domainOf = (name: string): string => name.slice(name.lastIndexOf('@') + 1)
