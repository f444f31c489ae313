type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** UAX #15 §13: more combining marks in a row than any language needs. */
const longRun = /\p{M}{30}(?=\p{M})/gu
const COMBINING_GRAPHEME_JOINER = '\u034f'

/**
 * Normalizes untrusted text. Sorting a row of combining marks takes quadratic time, so a long row is divided, as UAX #15
 * §13 (Stream-Safe Text Format) proposes.
 */
export const normalized = (text: string, form: Form): string =>
  text.replace(longRun, `$&${COMBINING_GRAPHEME_JOINER}`).normalize(form)
