import Table from 'cli-table3'

type Objects = readonly Readonly<Record<string, unknown>>[]

/** Aligned columns under their names, for several objects. */
export function columns(names: readonly string[], objects: Objects): string {
  const table = bare()
  table.push(
    names.map(heading),
    names.map((name) => '-'.repeat(heading(name).length)),
  )
  for (const object of objects) table.push(names.map((name) => shown(valueAt(object, name))))
  return trimmed(table.toString())
}

/** One line a property, for a single object. */
export function properties(names: readonly string[], object: Objects[number]): string {
  const table = bare()
  for (const name of names) table.push([heading(name), `: ${shown(valueAt(object, name))}`])
  return trimmed(table.toString())
}

const bare = () => {
  const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
  const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle']
  return new Table({
    chars: Object.fromEntries([...none, ...inner].map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
}

/** A part of a property stands under the name of the whole. */
function heading(name: string): string {
  const [whole = ''] = name.split('/')
  return whole.charAt(0).toUpperCase() + whole.slice(1)
}

const valueAt = (object: Objects[number], name: string): unknown =>
  name
    .split('/')
    .reduce<unknown>((inner, part) => (isObject(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined), object)

const isObject = (value: unknown): value is Objects[number] => typeof value === 'object' && value !== null

function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return value.map(shown).join(', ')
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Names come from anybody: none of them moves the cursor, colours the screen or turns what follows around. */
export const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, ' ')

const trimmed = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')

/** What moves the cursor where JSON leaves it as it is, and what turns a line around. */
const UNSAFE = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** JSON for a terminal and for programs alike: names come from anybody, and what is escaped reads back the same. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
