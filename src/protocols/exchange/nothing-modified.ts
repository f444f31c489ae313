import type { Command } from './command.ts'

/** Parameters that say how a command runs, and set nothing. */
const manner: ReadonlySet<string> = new Set(['BypassSecurityGroupManagerCheck', 'Force', 'ForceUpgrade', 'Identity'])

/** What is told of a Set- cmdlet that names something and no setting of it. */
export const nothingModified = (
  { declaration }: Pick<Command, 'declaration'>,
  values: Readonly<Record<string, unknown>>,
): readonly string[] =>
  declaration.name.startsWith('Set-') &&
  typeof values.Identity === 'string' &&
  Object.keys(values).every((name) => manner.has(name))
    ? [`The command completed successfully but no settings of '${values.Identity}' have been modified.`]
    : []
