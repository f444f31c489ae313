/**
 * Decides from which address a caller may send after opening a mailbox, from docs/reference/exchange-admin.md §2.1, §2.4,
 * §2.5, §3.2, §13 row 14 alone: this file imports nothing from the server.
 */
export interface State {
  /** An app by itself, or a person, in a mailbox that is or is not their own. */
  readonly author: 'app' | 'person at home' | 'person elsewhere'
  /** Whose address it is. */
  readonly address: 'of the mailbox that was opened' | "of the person's own" | 'of another' | "nobody's"
  /** Entries of SendAs on the mailbox whose address it is: of the author, and of the account behind the mailbox that was opened. */
  readonly authors: 'none' | 'allow' | 'deny' | 'allow and deny'
  readonly owners: 'none' | 'allow' | 'deny' | 'allow of a group' | 'allow, and deny of a group'
  /** Who is listed there to send on behalf. */
  readonly onBehalf: 'nobody' | 'the account of the mailbox that was opened' | 'the person' | 'a group with the person'
}

/** A person sends as themselves from wherever they are; an app sends as the mailbox that it opened. */
const isOwn = ({ author, address }: State): boolean =>
  address === (author === 'person elsewhere' ? "of the person's own" : 'of the mailbox that was opened')

/** §2.4: for an app its own entries count and those of the mailbox that it opened; FullAccess, which a person has, counts for nothing. */
const allowing = ({ author, authors, owners }: State): boolean =>
  authors === 'allow' || (author === 'app' && (owners === 'allow' || owners === 'allow of a group'))

/** A denial counts before what is allowed. */
const denied = ({ author, authors, owners }: State): boolean =>
  authors === 'deny' ||
  authors === 'allow and deny' ||
  (author === 'app' && (owners === 'deny' || owners === 'allow, and deny of a group'))

/** §3.2: another permission than to send as it. */
const onBehalf = ({ author, onBehalf: listed }: State): boolean =>
  author === 'app'
    ? listed === 'the account of the mailbox that was opened'
    : listed === 'the person' || listed === 'a group with the person'

/** Read from the top; the first row that speaks decides. */
const table: readonly { readonly may: boolean; readonly when: (state: State) => boolean }[] = [
  { may: false, when: ({ address }) => address === "nobody's" },
  { may: true, when: isOwn },
  { may: true, when: onBehalf },
  { may: false, when: denied },
  { may: true, when: allowing },
  { may: false, when: () => true },
]

export const may = (state: State): boolean => table.find(({ when }) => when(state))!.may
