/** What `<name>` stands for, once it has been seen. */
export type Bindings = ReadonlyMap<string, string>

const gap = /<(\*|[a-z][a-z0-9-]*)>/g
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** The bindings after `got` was matched with `expected`, or undefined when it does not match. */
export function match(expected: string, got: string, bindings: Bindings): Bindings | undefined {
  const fresh: string[] = []
  let pattern = ''
  let last = 0
  for (const found of expected.matchAll(gap)) {
    pattern += escaped(expected.slice(last, found.index))
    last = found.index + found[0].length
    const name = found[1]!
    if (name === '*') pattern += '.*'
    else if (bindings.has(name)) pattern += escaped(bindings.get(name)!)
    else if (fresh.includes(name)) pattern += `\\${fresh.indexOf(name) + 1}`
    else {
      fresh.push(name)
      pattern += '(.+?)'
    }
  }
  const matched = new RegExp(`^${pattern}${escaped(expected.slice(last))}$`, 's').exec(got)
  if (!matched) return undefined
  return new Map([...bindings, ...fresh.map((name, index) => [name, matched[index + 1]!] as const)])
}

/** Puts what is known in the place of `<name>`. */
export const fill = (text: string, bindings: Bindings): string =>
  text.replace(gap, (whole, name: string) => bindings.get(name) ?? whole)
