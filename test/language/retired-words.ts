/** A word or idiom that this project does not use, and what to write in its place. */
export interface RetiredWord {
  readonly pattern: RegExp
  readonly instead: string
}

/**
 * Words and idioms that read like a translation, or that stand where the field has a term.
 * Patterns are tried on each line with camelCase names taken apart (`mendLink` reads `mend Link`).
 */
export const retiredWords: readonly RetiredWord[] = [
  { pattern: /\bwhoever\b/i, instead: 'the caller, anyone who, a user who' },
  { pattern: /\banew\b/i, instead: 'again' },
  { pattern: /\bmend(s|ed|ing)?\b/i, instead: 'fix' },
  { pattern: /\bforesee(s|n|ing)?\b|\bforesaw\b/i, instead: 'simulate, predict' },
  { pattern: /\b(is|are|was|were) none\b/i, instead: 'does not exist, has no …' },
  { pattern: /\bthose alone\b/i, instead: 'only those' },
  { pattern: /\bhindrances?\b/i, instead: 'delivery restriction' },
  { pattern: /\bknock(s|ing|ed)?\b/i, instead: 'sender, connection attempt' },
  { pattern: /\baddressees?\b/i, instead: 'recipient' },
  { pattern: /\bdeeds?\b/i, instead: 'audit event' },
  { pattern: /\berrands?\b/i, instead: 'pending request' },
  { pattern: /\bwithdraw(s|n|al|als|ing)?\b|\bwithdrew\b/i, instead: 'revoke, revocation' },
  { pattern: /\bhouses?\b/i, instead: 'services, context' },
  { pattern: /\bledgers?\b/i, instead: 'audit log, transaction' },
]

/** A comment says what the code does ("Returns …", "Holds …"); it does not begin with "What". */
export const retiredOpening = /^\s*(\/\/|\/\*\*?|\*)\s+What\s/
