import { refuse } from '../../core/refusal.ts'

const systemOptions = [
  '$filter',
  '$select',
  '$expand',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$search',
  '$skiptoken',
  '$deltatoken',
  '$format',
  '$levels',
  '$apply',
  '$compute',
] as const

/** A system query option (OData 4.01 URL Conventions §5.1), as Graph spells it. */
export type SystemOption = (typeof systemOptions)[number]

/**
 * The system query option of that name; undefined for any other name. Letter case does not matter, and the `$` is
 * optional: `$orderBy`, `top`.
 */
export function systemOption(name: string): SystemOption | undefined {
  const spelled = name.trim().toLowerCase()
  return systemOptions.find((option) => option === spelled || option.slice(1) === spelled)
}

/** The values of an option, as often as it was given. */
export const optionValues = (query: URLSearchParams, option: SystemOption): readonly string[] =>
  query.has(option) && query.size === 1
    ? query.getAll(option)
    : [...query].filter(([name]) => systemOption(name) === option).map(([, value]) => value)

/** The value of an option; undefined if it is absent or empty. Refuses `bad-syntax` if it was given more than once. */
export function optionValue(query: URLSearchParams, option: SystemOption): string | undefined {
  const [value, ...others] = optionValues(query, option)
  if (others.length > 0) {
    refuse('bad-syntax', givenTwice(option), { parameter: option })
  }
  return value === undefined || value.trim() === '' ? undefined : value
}

export const givenTwice = (option: SystemOption): string =>
  `Query option '${option}' was specified more than once, but it must be specified at most once.`

/** A copy of the query with these options. Undefined removes an option, in every spelling. */
export function withOptions(
  query: URLSearchParams,
  options: Readonly<Partial<Record<SystemOption, string | undefined>>>,
): URLSearchParams {
  const replaced = new Set<SystemOption | undefined>(Object.keys(options) as SystemOption[])
  const next = new URLSearchParams([...query].filter(([name]) => !replaced.has(systemOption(name))))
  for (const [name, value] of Object.entries(options)) if (value !== undefined) next.set(name, value)
  return next
}

/** The text of a query in a link: clients look for Graph's spelling, with the dollar sign. */
export const queryText = (query: URLSearchParams): string => query.toString().replaceAll('%24', '$')
