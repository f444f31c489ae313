import { didYouMean } from '../core/did-you-mean.ts'
import { refuse } from '../core/refusal.ts'
import {
  changes,
  changingParameters,
  type Cmdlet,
  type CmdletParameters,
  commonParameters,
  type Parameter,
} from './cmdlet.ts'
import { onPremisesParameters } from './exchange/on-premises.ts'

/** The bound parameters of a cmdlet. */
export interface Binding {
  /** By canonical names; common parameters are not among them. */
  readonly values: Readonly<Record<string, unknown>>
  readonly whatIf: boolean
  /** The value of `-Confirm`, if it was given. */
  readonly confirm: boolean | undefined
  readonly warnings: boolean
  /** Whether a failure is reported. */
  readonly errors: boolean
}

/** Reads the values that `@FILE` and `@-` stand for. */
export interface Sources {
  file(name: string): Promise<string>
  standardInput(): Promise<string>
}

/** A parameter under its canonical name. */
interface NamedCmdlet {
  readonly name: string
  readonly parameter: Parameter
}

/** Binds the words of a command line. Refuses `bad-syntax`, with `detail.parameter` if one parameter is the cause. */
export async function bind(cmdlet: Cmdlet, words: readonly string[], sources: Sources): Promise<Binding> {
  const given = new Map<string, unknown>()
  for (const { named, text } of pairs(cmdlet, words)) {
    if (given.has(named.name)) givenTwice(cmdlet, named.name)
    const value = named.parameter.type.fromText(await literal(text, sources))
    if (value === undefined) wrongValue(cmdlet, named)
    given.set(named.name, value)
  }
  return concluded(cmdlet, given)
}

/** Each of them may have to be looked up. */
const LONGEST_LIST = 1000

/** Binds parameters that came as JSON: names in any case, in full. */
export function bindJson(cmdlet: Cmdlet, parameters: Readonly<Record<string, unknown>>): Binding {
  const given = new Map<string, unknown>()
  for (const [name, json] of Object.entries(parameters)) {
    if (name.startsWith('@')) continue
    const named = exactly(groupsOf(cmdlet), name) ?? unknownParameter(cmdlet, name)
    if (given.has(named.name)) givenTwice(cmdlet, named.name)
    if (json === null && !named.parameter.type.nullable) continue
    if (listsIn(json).some(({ length }) => length > LONGEST_LIST))
      fault(cmdlet, named.name, `-${named.name} has more than ${LONGEST_LIST} entries.`)
    const value = named.parameter.type.fromJson(json)
    if (value === undefined) wrongValue(cmdlet, named)
    given.set(named.name, value)
  }
  return concluded(cmdlet, given)
}

/** The list, or the list in a hashtable. A text is not split into its characters. */
function listsIn(value: unknown): readonly unknown[][] {
  if (Array.isArray(value)) return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).filter((inner): inner is unknown[] => Array.isArray(inner))
}

const groupsOf = (cmdlet: Cmdlet): CmdletParameters[] => [
  cmdlet.parameters,
  { ...commonParameters, ...(changes(cmdlet) ? changingParameters : {}) },
  onPremisesParameters.get(cmdlet.name) ?? {},
]

interface Pair {
  readonly named: NamedCmdlet
  readonly text: string
}

/** Pairs names with the words that are their values. */
function* pairs(cmdlet: Cmdlet, words: readonly string[]): Generator<Pair> {
  const places = positional(cmdlet)
  const taken = new Set<string>()
  for (let at = 0; at < words.length;) {
    const word = words[at++]!
    const [, name, , attached] = /^-([a-z]\w*)(:(.*))?$/is.exec(word) ?? []
    if (name === undefined) {
      const place = places.find((it) => !taken.has(it.name)) ?? noPlace(cmdlet, word)
      taken.add(place.name)
      yield { named: place, text: word }
      continue
    }
    const named = resolve(cmdlet, name)
    taken.add(named.name)
    if (attached !== undefined) yield { named, text: attached }
    else {
      const value = valueAfter(cmdlet, named, words, at)
      at += value.words
      yield { named, text: value.text }
    }
  }
}

const positional = (cmdlet: Cmdlet): NamedCmdlet[] =>
  Object.entries(cmdlet.parameters)
    .filter(([, parameter]) => parameter.position !== undefined)
    .sort(([, a], [, b]) => a.position! - b.position!)
    .map(([name, parameter]) => ({ name, parameter }))

function resolve(cmdlet: Cmdlet, name: string): NamedCmdlet {
  const found = candidates(groupsOf(cmdlet), name)
  if (found.length > 1) {
    const names = found.map((it) => `-${it.name}`).join(' ')
    return fault(
      cmdlet,
      name,
      `Parameter cannot be processed because the parameter name '${name}' is ambiguous. Possible matches include: ${names}.`,
    )
  }
  return found[0] ?? unknownParameter(cmdlet, name, hintAt(cmdlet, name))
}

function valueAfter(
  cmdlet: Cmdlet,
  { name, parameter }: NamedCmdlet,
  words: readonly string[],
  at: number,
): { text: string; words: number } {
  const next = words[at]
  const { nature, shown } = parameter.type
  if (nature === 'switch') {
    const isValue = next !== undefined && /^\$?(true|false)$/i.test(next)
    return isValue ? { text: next, words: 1 } : { text: 'true', words: 0 }
  }
  if (next === undefined || /^-[a-z]/i.test(next)) {
    // A POSIX shell drops the unquoted `$false` of `-X $false`. Reading that as true would do the opposite.
    const hint = nature === 'flag' ? ` A shell drops an unquoted $false; write -${name}:false.` : ''
    const dash = next !== undefined && nature !== 'flag' ? ` Write -${name}:${next} if that is its value.` : ''
    return fault(
      cmdlet,
      name,
      `Missing an argument for parameter '${name}'. Specify a parameter of type '${shown.slice(1, -1)}' and try again.${hint}${dash}`,
    )
  }
  if (nature !== 'list') return { text: next, words: 1 }
  let text = next
  let count = 1
  while (text.endsWith(',') && words[at + count] !== undefined) text += words[at + count++]
  return { text, words: count }
}

async function literal(text: string, sources: Sources): Promise<string> {
  // A hashtable of PowerShell is a value, not a file name.
  if (!text.startsWith('@') || text.startsWith('@{')) return text
  if (text.startsWith('@@')) return text.slice(1)
  const content = text === '@-' ? await sources.standardInput() : await sources.file(text.slice(1))
  return content.replace(/\r?\n$/, '')
}

function concluded(cmdlet: Cmdlet, given: ReadonlyMap<string, unknown>): Binding {
  const own = [...given].filter(([name]) => Object.hasOwn(cmdlet.parameters, name))
  const values = Object.fromEntries(own)
  const missing = Object.entries(cmdlet.parameters)
    .filter(([name, parameter]) => parameter.mandatory && (values[name] === undefined || values[name] === ''))
    .map(([name]) => name)
  if (missing.length > 0) {
    const names = missing.join(' ')
    fault(cmdlet, missing[0], `Cannot process command because of one or more missing mandatory parameters: ${names}.`)
  }
  return {
    values,
    whatIf: given.get('WhatIf') === true,
    confirm: given.get('Confirm') as boolean | undefined,
    warnings: !silenced(given.get('WarningAction')),
    errors: !silenced(given.get('ErrorAction')),
  }
}

const silenced = (action: unknown): boolean => /^(silentlycontinue|ignore|0|4)$/i.test(String(action))

// The sentences below are PowerShell's own: scripts look for them.

const noPlace = (cmdlet: Cmdlet, word: string): never =>
  fault(cmdlet, undefined, `A positional parameter cannot be found that accepts argument '${word}'.`)

const unknownParameter = (cmdlet: Cmdlet, name: string, hint = ''): never =>
  fault(cmdlet, name, `A parameter cannot be found that matches parameter name '${name}'.${hint}`)

/** On the command line only: over HTTP, the sentence is PowerShell's, letter for letter. */
function hintAt(cmdlet: Cmdlet, name: string): string {
  const near = didYouMean(name, groupsOf(cmdlet).flatMap(Object.keys))
  return near === undefined ? '' : ` Did you mean -${near}?`
}

const givenTwice = (cmdlet: Cmdlet, name: string): never =>
  fault(
    cmdlet,
    name,
    `Cannot bind parameter because parameter '${name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".`,
  )

/** The value may be a secret that was given to the wrong parameter. */
const wrongValue = (cmdlet: Cmdlet, { name, parameter }: NamedCmdlet): never =>
  fault(
    cmdlet,
    name,
    `Cannot process argument transformation on parameter '${name}'. The value cannot be used; expected ${parameter.type.expected}.`,
  )

function fault(cmdlet: Cmdlet, parameter: string | undefined, text: string): never {
  return refuse('bad-syntax', text, {
    code: 'ParameterBindingException',
    cmdlet: cmdlet.name,
    ...(parameter === undefined ? {} : { parameter }),
  })
}

/**
 * The parameters that a given name can mean: the one with that name or alias, or else all that begin with it. A
 * cmdlet's own parameters have precedence over the common ones.
 */
function candidates(groups: readonly CmdletParameters[], given: string): readonly NamedCmdlet[] {
  const requested = given.toLowerCase()
  const matches = (fits: (name: string) => boolean) =>
    groups.map((group) =>
      Object.entries(group)
        .map(([name, parameter]) => ({ name, parameter }))
        .filter(({ name, parameter }) => [name, ...parameter.aliases].some((it) => fits(it.toLowerCase()))),
    )
  const exact = matches((name) => name === requested).flat()
  if (exact.length > 0) return exact.slice(0, 1)
  return matches((name) => name.startsWith(requested)).find((found) => found.length > 0) ?? []
}

/** The parameter of exactly that name or alias, in any case. */
const exactly = (groups: readonly CmdletParameters[], given: string): NamedCmdlet | undefined => {
  const [found, ...others] = candidates(groups, given)
  const names = found ? [found.name, ...found.parameter.aliases] : []
  return others.length === 0 && names.some((name) => name.toLowerCase() === given.toLowerCase()) ? found : undefined
}
