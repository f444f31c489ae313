/** The dialect of a session: the server's profile, and the extensions that the client has enabled (RFC 5161). */
export interface ImapDialect {
  /** The exchange-online profile, which has none of the extensions below. */
  readonly exchange: boolean
  /** RFC 7162 §3.1: every change is reported with its mod-sequence. */
  readonly condstore: boolean
  /** RFC 7162 §3.2: VANISHED instead of EXPUNGE. Implies {@link condstore}. */
  readonly qresync: boolean
  /** RFC 6855 §3: names and quoted strings are UTF-8. */
  readonly utf8: boolean
  /** RFC 9051 instead of RFC 3501. Implies {@link utf8}. */
  readonly rev2: boolean
  /** RFC 9586: messages have no numbers, only UIDs. */
  readonly uidOnly: boolean
}

/** The dialect of a client that has enabled nothing. */
export const plainDialect = (exchange: boolean): ImapDialect => ({
  exchange,
  condstore: false,
  qresync: false,
  utf8: false,
  rev2: false,
  uidOnly: false,
})
