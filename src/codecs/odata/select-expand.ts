import { refuse } from '../../core/refusal.ts'
import { type ODataFilter, parseOrderBy, type OrderByKey, type PropertyPath } from './filter.ts'
import { parseFilter } from './parse-filter.ts'
import { givenTwice, type SystemOption, systemOption } from './query-options.ts'

/** One property of `$select`. */
export interface SelectedProperty {
  /** `['*']` for all properties. */
  readonly path: PropertyPath
  /** The type that has the property, if it is a derived one: `microsoft.graph.fileAttachment`. */
  readonly type?: string
}

/** One navigation property of `$expand`. */
export interface ExpandedProperty extends SelectedProperty {
  readonly options: ExpandOptions
}

/** The query options in parentheses after a navigation property. */
export interface ExpandOptions {
  readonly select?: readonly SelectedProperty[]
  readonly expand?: readonly ExpandedProperty[]
  readonly filter?: ODataFilter
  readonly orderBy?: readonly OrderByKey[]
  readonly top?: number
  readonly skip?: number
  readonly count?: boolean
}

const LONGEST = 16_384
const DEEPEST = 8
const MOST_ITEMS = 256

/** OData 4.01 URL Conventions §5.1.3. Refuses `bad-syntax`. */
export const parseSelect = (text: string): readonly SelectedProperty[] =>
  new SelectExpandReader(text, '$select').select(text)

/** OData 4.01 URL Conventions §5.1.2: `childFolders($select=id;$expand=childFolders($top=9))`. Refuses `bad-syntax`. */
export const parseExpand = (text: string): readonly ExpandedProperty[] =>
  new SelectExpandReader(text, '$expand').expand(text, 0)

const name = String.raw`[\p{L}_][\p{L}\p{N}_]{0,127}`
const propertyShape = new RegExp(`^(?:\\*|${name}(?:\\.${name}){0,8}(?:/${name}(?:\\.${name}){0,8}){0,7})$`, 'u')

class SelectExpandReader {
  readonly #parameter: '$select' | '$expand'
  #properties = 0

  constructor(text: string, parameter: '$select' | '$expand') {
    this.#parameter = parameter
    if (text.length > LONGEST) this.#refuse(`The expression is longer than ${LONGEST} characters.`)
  }

  select(text: string): readonly SelectedProperty[] {
    return this.#items(text, ',').map((item) => this.#property(item))
  }

  expand(text: string, depth: number): readonly ExpandedProperty[] {
    if (depth >= DEEPEST) this.#refuse(`The expression is nested more than ${DEEPEST} times.`)
    return this.#items(text, ',').map((item) => this.#expanded(item, depth))
  }

  #expanded(item: string, depth: number): ExpandedProperty {
    const open = item.indexOf('(')
    if (open < 0) return { ...this.#property(item), options: {} }
    if (!item.endsWith(')')) return this.#refuse(`Syntax error in '${shown(item)}'.`)
    const options = this.#options(item.slice(open + 1, -1), depth)
    return { ...this.#property(item.slice(0, open).trim()), options }
  }

  #options(text: string, depth: number): ExpandOptions {
    const options: { -readonly [Name in keyof ExpandOptions]: ExpandOptions[Name] } = {}
    const seen = new Set<SystemOption>()
    for (const part of this.#items(text, ';')) {
      const at = part.indexOf('=')
      const option = at < 0 ? undefined : systemOption(part.slice(0, at))
      const value = part.slice(at + 1)
      if (option === undefined)
        return this.#refuse(`Term '${shown(part)}' is not valid in a $select or $expand expression.`)
      if (seen.has(option)) return this.#refuse(givenTwice(option))
      seen.add(option)
      switch (option) {
        case '$select':
          options.select = this.select(value)
          break
        case '$expand':
          options.expand = this.expand(value, depth + 1)
          break
        case '$filter':
          options.filter = parseFilter(value)
          break
        case '$orderby':
          options.orderBy = parseOrderBy(value)
          break
        case '$top':
          options.top = this.#number(option, value)
          break
        case '$skip':
          options.skip = this.#number(option, value)
          break
        case '$count':
          options.count = value.trim().toLowerCase() === 'true'
          break
        default:
          this.#refuse(`Term '${shown(part)}' is not valid in a $select or $expand expression.`)
      }
    }
    return options
  }

  #number(option: SystemOption, value: string): number {
    const text = value.trim()
    return /^\d{1,9}$/.test(text)
      ? Number(text)
      : this.#refuse(`Invalid value '${shown(text)}' for ${option} query option found.`)
  }

  #property(text: string): SelectedProperty {
    if (++this.#properties > MOST_ITEMS) this.#refuse(`The expression has more than ${MOST_ITEMS} properties.`)
    if (!propertyShape.test(text))
      this.#refuse(`Term '${shown(text)}' is not valid in a $select or $expand expression.`)
    const segments = text.split('/')
    const type = segments.findLast((segment) => segment.includes('.'))
    const [first, ...inner] = segments.filter((segment) => !segment.includes('.'))
    if (first === undefined) {
      return this.#refuse(`Term '${shown(text)}' is not valid in a $select or $expand expression.`)
    }
    return { path: [first, ...inner], ...(type === undefined ? {} : { type }) }
  }

  /** The parts without those that are empty: programs send a comma at the end. */
  #items(text: string, separator: ',' | ';'): readonly string[] {
    return this.#split(text, separator).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
  }

  /** Splits at a separator that is not in parentheses nor in quotes. */
  #split(text: string, separator: ',' | ';'): readonly string[] {
    const parts: string[] = []
    let [depth, from, isQuoted] = [0, 0, false]
    for (let at = 0; at < text.length; at++) {
      const character = text[at]
      if (character === "'") isQuoted = !isQuoted
      else if (isQuoted) continue
      else if (character === '(') depth++
      else if (character === ')' && --depth < 0) this.#refuseBrackets()
      else if (character === separator && depth === 0) {
        parts.push(text.slice(from, at))
        from = at + 1
      }
    }
    if (depth > 0 || isQuoted) this.#refuseBrackets()
    return [...parts, text.slice(from)]
  }

  #refuseBrackets(): never {
    return this.#refuse('Found an unbalanced bracket expression.')
  }

  /** The texts are those of Graph. */
  #refuse(why: string): never {
    return refuse('bad-syntax', `Parsing OData Select and Expand failed: ${why}`, { parameter: this.#parameter })
  }
}

const shown = (text: string): string => text.trim().slice(0, 128)
