/** Longest pattern that is matched; longer ones match nothing. Names are shorter. */
const longest = 1000

/**
 * RFC 3501 §6.3.8: `*` stands for anything, `%` for anything without a `/`. Takes time in proportion to the pattern and the name.
 * RFC 3501 §5.1: `inbox` as the first level compares without regard to case.
 */
export function matcher(pattern: string): (name: string) => boolean {
  const simple = pattern.replace(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'))
  if (simple.length > longest) return () => false
  return (name) => matches(simple, name, /^inbox(?:\/|$)/i.test(name) ? 'INBOX'.length : 0)
}

/** Walks the name once with the set of places in the pattern that it may have reached; the first `folded` characters in any case. */
function matches(pattern: string, name: string, folded: number): boolean {
  let places = through(pattern, [0])
  for (let at = 0; at < name.length; at++) {
    const fold = (text: string | undefined) => (at < folded ? text?.toUpperCase() : text)
    const character = fold(name[at])
    const next: number[] = []
    for (const place of places) {
      const wanted = pattern[place]
      if (wanted === '*' || (wanted === '%' && character !== '/')) next.push(place)
      else if (fold(wanted) === character) next.push(place + 1)
    }
    places = through(pattern, next)
    if (places.length === 0) return false
  }
  return places.includes(pattern.length)
}

/** Wildcards may stand for nothing: a place before one is a place after it too. */
function through(pattern: string, places: readonly number[]): number[] {
  const reached = new Set(places)
  for (const place of reached) if (pattern[place] === '*' || pattern[place] === '%') reached.add(place + 1)
  return [...reached]
}
