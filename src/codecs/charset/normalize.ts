type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** UAX #15 §13: more combining marks in a row than any language uses. */
const longRun = /\p{M}{30}(?=\p{M})/gu
const COMBINING_GRAPHEME_JOINER = '\u034f'

/**
 * A Unicode normalization form of text from outside. The order of combining marks in a row is sorted by insertion, which
 * takes time that grows with the square of their number: so a longer row is divided, as UAX #15 §13 (Stream-Safe Text
 * Format) proposes.
 */
export const normalized = (text: string, form: Form): string =>
  text.replace(longRun, `$&${COMBINING_GRAPHEME_JOINER}`).normalize(form)
