import type { Parameter, CmdletParameters } from './cmdlet.ts'

/** A parameter under its canonical name. */
export interface NamedCmdlet {
  readonly name: string
  readonly parameter: Parameter
}

/**
 * The parameters that a given name can stand for: the one of that name or alias, else all that begin with it.
 * A cmdlet's own parameters go before the common ones.
 */
export function candidates(groups: readonly CmdletParameters[], given: string): readonly NamedCmdlet[] {
  const wanted = given.toLowerCase()
  const matches = (fits: (name: string) => boolean) =>
    groups.map((group) =>
      Object.entries(group)
        .map(([name, parameter]) => ({ name, parameter }))
        .filter(({ name, parameter }) => [name, ...parameter.aliases].some((it) => fits(it.toLowerCase()))),
    )
  const exact = matches((name) => name === wanted).flat()
  if (exact.length > 0) return exact.slice(0, 1)
  return matches((name) => name.startsWith(wanted)).find((found) => found.length > 0) ?? []
}

/** The parameter of exactly that name or alias, in any case. */
export const exactly = (groups: readonly CmdletParameters[], given: string): NamedCmdlet | undefined => {
  const [found, ...others] = candidates(groups, given)
  const names = found ? [found.name, ...found.parameter.aliases] : []
  return others.length === 0 && names.some((name) => name.toLowerCase() === given.toLowerCase()) ? found : undefined
}
