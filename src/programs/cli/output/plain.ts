/** A value without what the transport adds to it: `@odata.…`, and the annotations `Name@odata.type`, `Name@data.type`. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes('@'))
      .map(([name, inner]) => [name, plain(inner)]),
  )
}
