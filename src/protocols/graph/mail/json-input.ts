import { badRequest } from '../errors.ts'
import { nestedDeeper } from '../payload.ts'

const DEEPEST_JSON = 32

/** Reads a request's body as one JSON object. An empty body counts as an empty object if `optional`. */
export function jsonBody(body: Uint8Array, optional = false): Readonly<Record<string, unknown>> {
  if (body.length === 0) return optional ? {} : badRequest('Empty Payload. JSON content expected.')
  if (nestedDeeper(body, DEEPEST_JSON)) return unreadable()
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return unreadable()
  }
  return isObject(value) ? value : unreadable()
}

const unreadable = (): never =>
  badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  )

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * One object of the JSON of a request. Refuses unknown properties and wrong types, and names them. Every method returns
 * undefined for an absent property; `null` clears a text or an object.
 */
export class JsonInput {
  readonly #type: string
  readonly #fields: Readonly<Record<string, unknown>>

  /** `known`: the names of the properties of the type. Annotations (`@odata.type`) are ignored. */
  constructor(type: string, value: unknown, known: readonly string[]) {
    this.#type = type
    if (!isObject(value)) throw wrongValue(type)
    const other = Object.keys(value).find((name) => !name.includes('@') && !known.includes(name))
    if (other !== undefined) {
      badRequest(
        `The property '${other.slice(0, 128)}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`,
        'RequestBodyRead',
      )
    }
    this.#fields = value
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
  }

  text(name: string): string | null | undefined {
    const value = this.raw(name)
    return value === undefined || value === null || typeof value === 'string' ? value : this.wrong(name)
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name) ?? undefined
    return value === undefined || typeof value === 'boolean' ? value : this.wrong(name)
  }

  /** One of some names, in any letter case. */
  oneOf<Name extends string>(name: string, names: readonly Name[]): Name | undefined {
    const text = this.text(name) ?? undefined
    if (text === undefined) return undefined
    return names.find((own) => own.toLowerCase() === text.toLowerCase()) ?? this.wrong(name)
  }

  /** A list with at most `most` members; null is an empty one. */
  list(name: string, most: number): readonly unknown[] | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    const list = value ?? []
    return Array.isArray(list) && list.length <= most ? list : this.wrong(name)
  }

  wrong(name: string): never {
    throw wrongValue(`${this.#type}.${name}`)
  }
}

function wrongValue(place: string): never {
  return badRequest(`Cannot convert the value of '${place.slice(0, 160)}' to the expected type.`, 'RequestBodyRead')
}
