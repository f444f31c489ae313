/** How a moment is written in a language, in UTC. */
export function momentIn(language: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  return (at) => `${format.format(at)} UTC`
}
