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
  const [before, after] = bothIn(user ?? address ?? '') ?? []
  const who = before ?? user ?? address ?? ''
  const mailbox = (user === undefined ? after : undefined) ?? address ?? ''
  return { user: who, mailbox: mailbox.includes('@') ? mailbox : `${mailbox}@${domainOf(who)}` }
}

/** The user and the mailbox of `user@domain/mailbox`, in one pass: this is read before anybody has signed in. */
function bothIn(name: string): readonly [user: string, mailbox: string] | undefined {
  const end = name.search(/[/\\]/)
  const user = name.slice(0, Math.max(end, 0))
  const mailbox = name.slice(end + 1)
  return user.slice(1, -1).includes('@') && mailbox !== '' ? [user, mailbox] : undefined
}

/** What stands behind the last at sign. */
export const domainOf = (name: string): string => name.slice(name.lastIndexOf('@') + 1)
