const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })
const shortDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** 14 December 2026 */
export const dayInWords = (at: number): string => shortDay.format(at)

/** Monday, 14 December 2026, 08:00 UTC */
export function momentInWords(at: number): string {
  const weekday = day.format(at).split(/[ ,]/, 1)[0]!
  return `${weekday}, ${shortDay.format(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`
}

/** one, two and three */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

/** What programs call themselves is theirs to choose. */
export const named = (client: string): string => client || 'A program without a name'
