import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { Profile } from '../core/profile.ts'
import { refuse } from '../core/refusal.ts'
import type { Declarations, Setting } from '../core/settings.ts'
import { declared, type Settings } from './settings.ts'

/** Settings by their full names, from flags and tests. */
export type Overrides = Readonly<Record<string, unknown>>

/** Environment variables that the command line reads. */
const OTHER_VARIABLES = /^POSTERN_(URL|TENANT|CLIENT_ID|CLIENT_SECRET|CLIENT_SECRET_FILE|CERTIFICATE|KEY|CA)$/

/**
 * Reads every setting: flag, environment, file, default, in that order.
 * Refuses `bad-syntax` with the setting's name, its value and what was expected.
 */
export function readConfig(sources: {
  flags?: Overrides
  environment?: Readonly<Record<string, string | undefined>>
  /** YAML; absent means no file. */
  file?: { name: string; content: string }
  profile?: Profile
}): Settings {
  const flags = flatten(sources.flags ?? {}, 'the command line')
  const environment = fromEnvironment(sources.environment ?? {})
  const file = sources.file ? flatten(parsed(sources.file), sources.file.name) : new Map<string, unknown>()
  const named = (name: string) => [flags, environment, file].find((source) => source.has(name))?.get(name)

  const profile = valueOf('profile', declared.server.profile, named('profile'), sources.profile ?? 'standards')
  const groups = Object.entries(declared).map(([group, declarations]) => {
    const values = Object.entries(declarations as Declarations).map(([name, setting]) => {
      const full = fullName(group, name)
      return [name, full === 'profile' ? profile : valueOf(full, setting, named(full), profile)]
    })
    return [group, Object.freeze(Object.fromEntries(values))]
  })
  return Object.freeze(Object.fromEntries(groups)) as Settings
}

/**
 * The content of the configuration file: the requested one, which must exist, or `postern.yaml` of the data directory.
 */
export function configFile(
  request: string | undefined,
  dataDir: string,
): { name: string; content: string } | undefined {
  const name = request ?? path.join(dataDir, 'postern.yaml')
  if (request === undefined && !existsSync(name)) return undefined
  try {
    return { name, content: readFileSync(name, 'utf8') }
  } catch (thrown) {
    return refuse('no-such-thing', `The configuration file '${name}' cannot be read: ${(thrown as Error).message}`)
  }
}

/** Settings of the group `server` have no prefix. */
export const fullName = (group: string, name: string): string => (group === 'server' ? name : `${group}.${name}`)

export const environmentName = (full: string): string => `POSTERN_${full.replaceAll('.', '_').toUpperCase()}`

const allNames = (): string[] =>
  Object.entries(declared).flatMap(([group, declarations]) =>
    Object.keys(declarations).map((it) => fullName(group, it)),
  )

/**
 * Variables with the prefix of a setting and an unknown name. They get a warning only: other programs set such names
 * too (for example an orchestrator, for a service that is called postern).
 */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(allNames().map(environmentName))
  return Object.keys(environment).filter(
    (it) => it.startsWith('POSTERN_') && !known.has(it) && !OTHER_VARIABLES.test(it),
  )
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const known = new Map(allNames().map((name) => [environmentName(name), name]))
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined) continue
    const name = known.get(variable)
    if (name !== undefined) found.set(name, value)
  }
  return found
}

function parsed({ name, content }: { name: string; content: string }): Record<string, unknown> {
  let value: unknown
  try {
    value = parse(content)
  } catch (thrown) {
    return refuse('bad-syntax', `${name} is not YAML: ${(thrown as Error).message.split('\n')[0]}`)
  }
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    return refuse('bad-syntax', `${name} does not contain settings by name`)
  return value as Record<string, unknown>
}

function flatten(values: Readonly<Record<string, unknown>>, origin: string): Map<string, unknown> {
  const names = new Set(allNames())
  const flat = new Map<string, unknown>()
  const put = (name: string, value: unknown): void => {
    if (names.has(name)) flat.set(name, value)
    else if (typeof value === 'object' && value !== null && !Array.isArray(value) && !name.includes('.')) {
      for (const [inner, it] of Object.entries(value)) put(`${name}.${inner}`, it)
    } else refuse('bad-syntax', `${origin} sets '${name}': unknown setting`)
  }
  for (const [name, value] of Object.entries(values)) if (value !== undefined) put(name, value)
  return flat
}

function valueOf<T>(name: string, setting: Setting<T>, raw: unknown, profile: Profile): T {
  if (raw === undefined || raw === null) return fallbackOf(setting, profile)
  const value = setting.read(raw)
  if (value !== undefined) return value
  const given = setting.secret ? 'not valid' : JSON.stringify(raw)
  return refuse('bad-syntax', `The setting ${name} is ${given}; expected ${setting.expected}`)
}

/** The default in a profile. */
export function fallbackOf<T>(setting: Setting<T>, profile: Profile): T {
  const { fallback } = setting
  const byProfile = typeof fallback === 'object' && fallback !== null && 'standards' in fallback
  return byProfile ? (fallback as Record<Profile, T>)[profile] : fallback
}
