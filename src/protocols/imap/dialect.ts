/** How a client is spoken to: by the server's profile, and by what the client has enabled (RFC 5161). */
export interface ImapDialect {
  /** As Exchange Online speaks: it has none of the extensions below. */
  readonly exchange: boolean
  /** RFC 7162 §3.1: mod-sequences are told with every change. */
  readonly condstore: boolean
  /** RFC 7162 §3.2: VANISHED in the place of EXPUNGE. Goes with {@link condstore}. */
  readonly qresync: boolean
  /** RFC 6855 §3: names and quoted strings are UTF-8. */
  readonly utf8: boolean
  /** RFC 9051 in the place of RFC 3501. Goes with {@link utf8}. */
  readonly rev2: boolean
  /** RFC 9586: messages have no numbers, only UIDs. */
  readonly uidOnly: boolean
}

/** What a client speaks that has enabled nothing. */
export const plainDialect = (exchange: boolean): ImapDialect => ({
  exchange,
  condstore: false,
  qresync: false,
  utf8: false,
  rev2: false,
  uidOnly: false,
})
