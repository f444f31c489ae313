/** Quotes a value for a POSIX shell and for Postern's command line. */
export function quoted(value: string): string {
  // The command line reads `@FILE` from a file; `@@` is a literal `@`.
  const literal = value.startsWith('@') ? `@${value}` : value
  // Some shells expand a word that begins with an equals sign.
  return /^[\w./:+,@%-][\w./:=+,@%-]*$/.test(literal) ? literal : `'${literal.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * A parameter with its value. A value that begins with a dash is attached, so that it is not read as the next
 * parameter.
 */
export const parameter = (name: string, value: string): string =>
  `-${name}${value.startsWith('-') ? ':' : ' '}${quoted(value)}`

/** A `postern` command line that runs as printed. */
export const line = (...words: readonly string[]): string => ['postern', ...words].join(' ')

/** A cmdlet with the parameters that have a value; lists are joined with commas. */
export function commandLine(cmdlet: string, parameters: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(parameters).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    return value === true ? [`-${name}`] : [parameter(name, textOf(value))]
  })
  return line(cmdlet, ...words)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value)
}
