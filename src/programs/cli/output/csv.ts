type Objects = readonly Readonly<Record<string, unknown>>[]

/** RFC 4180, with every property that the objects have as a column. */
export function csv(objects: Objects): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))]
  return [names, ...objects.map((object) => names.map((name) => object[name]))]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('')
}

function cell(value: unknown): string {
  const text = textOf(value)
  // Names come from anybody, and a spreadsheet takes what begins so for a formula.
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) && typeof value !== 'number' ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('; ')
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
