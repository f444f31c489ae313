import type { ParameterType } from '../parameter-type.ts'

/** A list that replaces the current one, or the values to add and to remove. */
export type ListChange =
  | { readonly replace: readonly string[] }
  | { readonly add: readonly string[]; readonly remove: readonly string[] }

/**
 * A list, nothing to clear it, or `@{add="a","b"; remove="c"}`, which travels as an object
 * (docs/reference/exchange-admin.md §9.1).
 */
export const listChange: ParameterType<ListChange> = {
  shown: '<MultiValuedProperty>',
  expected: 'a list such as a,b, or changes such as @{add="a","b"; remove="c"}',
  nature: 'list',
  nullable: true,
  fromText(given) {
    const text = given.trim()
    if (/^\$null$/i.test(text)) return { replace: [] }
    const [, inside] = /^@\{(.*)\}$/s.exec(text) ?? []
    if (inside !== undefined) return fromHashtable(inside)
    if (/^[[{]/.test(text)) return fromJsonText(text)
    return { replace: text.split(',').flatMap((item) => item.trim() || []) }
  },
  fromJson(value) {
    if (value === null) return { replace: [] }
    if (typeof value === 'object' && !Array.isArray(value)) return fromEntries(Object.entries(value))
    const items = textsOf(value)
    return items && { replace: items }
  },
}

function fromJsonText(text: string): ListChange | undefined {
  try {
    return listChange.fromJson(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Reads the text between `@{` and `}`. */
function fromHashtable(inside: string): ListChange | undefined {
  const entries: [string, unknown][] = []
  for (const part of inside.split(/[;\n]/)) {
    if (part.trim() === '') continue
    const [, name, list] = /^\s*["']?(\w+)["']?\s*=(.*)$/s.exec(part) ?? []
    if (name === undefined || list === undefined) return undefined
    const items = list.replace(/^\s*@\((.*)\)\s*$/s, '$1').split(',')
    entries.push([name, items.map((item) => item.trim().replace(/^(["'])(.*)\1$/s, '$2'))])
  }
  return fromEntries(entries)
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): ListChange | undefined {
  const lists = { add: [] as readonly string[], remove: [] as readonly string[] }
  for (const [name, value] of entries) {
    if (name.includes('@odata.')) continue
    const [key, items] = [name.toLowerCase(), textsOf(value)]
    if ((key !== 'add' && key !== 'remove') || !items) return undefined
    lists[key] = items
  }
  return lists
}

function textsOf(value: unknown): readonly string[] | undefined {
  const items: unknown[] = Array.isArray(value) ? value : [value]
  return items.every((item) => typeof item === 'string' && item !== '') ? (items as string[]) : undefined
}
