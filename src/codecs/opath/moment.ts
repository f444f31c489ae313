/** What words a date has, beside its numbers. V8 would take any. */
const words =
  /^(?:t|z|utc|gmt|am|pm|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)$/i

/** Without a zone it is in UTC, as Exchange takes it; NaN for what is no date. */
export const momentIn = (text: string): number =>
  (text.match(/\p{L}+/gu) ?? []).every((word) => words.test(word))
    ? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text.slice(10)) ? text : `${text.replace('T', ' ')} UTC`)
    : Number.NaN
