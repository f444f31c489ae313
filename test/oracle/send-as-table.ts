/**
 * Decides from which address a caller may send after opening a mailbox, from docs/reference/exchange-admin.md §2.1,
 * §2.4, §2.5, §3.2, §13 row 14 alone: this file imports nothing from the server.
 */
export interface State {
  /** An app, or a user in the own mailbox or in another one. */
  readonly author: 'app' | 'person at home' | 'person elsewhere'
  /** The owner of the address. */
  readonly address: 'of the mailbox that was opened' | "of the person's own" | 'of another' | "nobody's"
  /** SendAs entries on the mailbox of the address: for the author, and for the account of the opened mailbox. */
  readonly authors: 'none' | 'allow' | 'deny' | 'allow and deny'
  readonly owners: 'none' | 'allow' | 'deny' | 'allow of a group' | 'allow, and deny of a group'
  /** The entry of that mailbox for sending on behalf. */
  readonly onBehalf: 'nobody' | 'the account of the mailbox that was opened' | 'the person' | 'a group with the person'
}

/** A user sends from the own address in any mailbox; an app sends from the mailbox that it opened. */
const isOwn = ({ author, address }: State): boolean =>
  address === (author === 'person elsewhere' ? "of the person's own" : 'of the mailbox that was opened')

/**
 * docs/reference/exchange-admin.md §2.4: for an app, its own entries count and those of the mailbox that it opened.
 * FullAccess does not.
 */
const allowing = ({ author, authors, owners }: State): boolean =>
  authors === 'allow' || (author === 'app' && (owners === 'allow' || owners === 'allow of a group'))

/** A denial has precedence. */
const denied = ({ author, authors, owners }: State): boolean =>
  authors === 'deny' ||
  authors === 'allow and deny' ||
  (author === 'app' && (owners === 'deny' || owners === 'allow, and deny of a group'))

/** docs/reference/exchange-admin.md §3.2: the right to send on behalf. */
const onBehalf = ({ author, onBehalf: listed }: State): boolean =>
  author === 'app'
    ? listed === 'the account of the mailbox that was opened'
    : listed === 'the person' || listed === 'a group with the person'

/** The first row that applies decides. */
const table: readonly { readonly may: boolean; readonly when: (state: State) => boolean }[] = [
  { may: false, when: ({ address }) => address === "nobody's" },
  { may: true, when: isOwn },
  { may: true, when: onBehalf },
  { may: false, when: denied },
  { may: true, when: allowing },
  { may: false, when: () => true },
]

export const may = (state: State): boolean => table.find(({ when }) => when(state))!.may
