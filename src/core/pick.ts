/** A copy of a record with the entries that `keep` accepts. */
export const pick = <V>(
  record: Readonly<Record<string, V>>,
  keep: (name: string, value: V) => boolean,
): Record<string, V> => Object.fromEntries(Object.entries(record).filter(([name, value]) => keep(name, value)))
