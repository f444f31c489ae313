/** How a property is compared. `:` means that a text contains the value, `..` is a range with both ends. */
export type KqlOperator = ':' | '=' | '<>' | '<' | '<=' | '>' | '>=' | '..'

/** One condition: a word or a phrase anywhere, or a property restriction such as `from:ada`. */
export interface KqlTerm {
  readonly kind: 'term'
  /** In lower case; undefined for a word or phrase alone. */
  readonly property: string | undefined
  readonly operator: KqlOperator
  /** Without quotes and without the asterisk of a prefix. */
  readonly value: string
  /** The end of a range. */
  readonly until?: string
  /** True for a text in quotes. */
  readonly phrase: boolean
  /** True for `word*`. */
  readonly prefix: boolean
}

/** A parsed query in the Keyword Query Language of Exchange and SharePoint. */
export type Kql =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Kql[] }
  | { readonly kind: 'not'; readonly of: Kql }
  | KqlTerm
