export type PropertyValue = string | number | boolean | null | Date | readonly string[]

/** An object as a cmdlet puts it out, before it is written for the wire. */
export type Output = Readonly<Record<string, PropertyValue>>

const guids = new Set(['Guid', 'ExchangeGuid', 'ExchangeObjectId'])

/** contract/exchange-admin §9.2: values in JSON, with the annotations of those whose type JSON does not tell. */
export function written(output: Output, selected: readonly string[] | undefined): Record<string, unknown> {
  const wanted = selected && new Set(selected.map((name) => name.toLowerCase()))
  const members = Object.entries(output).filter(([name]) => !wanted || wanted.has(name.toLowerCase()))
  return Object.fromEntries(members.flatMap(([name, value]) => annotated(name, value)))
}

function annotated(name: string, value: PropertyValue): [string, unknown][] {
  if (value instanceof Date) {
    return [
      [`${name}@data.type`, 'System.DateTime'],
      [name, value.toISOString().replace('Z', '0000+00:00')],
    ]
  }
  if (Array.isArray(value)) {
    return [
      [`${name}@odata.type`, '#Collection(String)'],
      [name, value],
    ]
  }
  return guids.has(name)
    ? [
        [`${name}@data.type`, 'System.Guid'],
        [name, value],
      ]
    : [[name, value]]
}
