/** Every combination of the choices. */
export function* product<T extends object>(choices: { [K in keyof T]: readonly T[K][] }): Generator<T> {
  const [first, ...rest] = Object.entries(choices) as [string, readonly unknown[]][]
  if (!first) yield {} as T
  for (const value of first?.[1] ?? []) {
    for (const other of product<object>(Object.fromEntries(rest))) yield { [first![0]]: value, ...other } as T
  }
}
