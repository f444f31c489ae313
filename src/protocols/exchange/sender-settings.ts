import type { CmdletParameters, ValuesOf } from '../../cmdlets/cmdlet.ts'
import type { senderLists } from '../../cmdlets/exchange/delivery-parameters.ts'
import type { ListChange } from '../../cmdlets/exchange/list-change.ts'
import type { GroupMember, SettingsChange, SettingValue } from '../../domain/directory/types.ts'
import type { CmdletContext } from './command.ts'
import { findGroup, findMailbox, findMember } from './find.ts'
import { directions } from './objects/recipient.ts'

/** From whom mail is taken from now on. */
export async function senderSettings(
  context: CmdletContext,
  given: ValuesOf<typeof senderLists>,
): Promise<SettingsChange> {
  const lists = { mailbox: [] as Listed[], group: [] as Listed[] }
  for (const direction of directions) {
    const groups = `${direction}DLMembers` as const
    const both = given[`${direction}SendersOrMembers`]
    const split = both && (await byKind(context, both))
    lists.mailbox.push({ name: direction, change: given[direction] ?? split?.mailbox })
    lists.group.push({ name: groups, change: given[groups] ?? split?.group })
  }
  const find = {
    mailbox: async (named: string) => (await findMailbox(context, named)).externalDirectoryObjectId,
    group: async (named: string) => (await findGroup(context, named)).guid,
  }
  const changed: [string, ListChange][] = []
  for (const kind of ['mailbox', 'group'] as const) {
    for (const { name, change } of lists[kind]) {
      if (change) changed.push([name, await idsOf(change, find[kind])])
    }
  }
  return Object.fromEntries(changed)
}

interface Listed {
  readonly name: string
  readonly change: ListChange | undefined
}

/** A change of a list of both is one of each. */
async function byKind(context: CmdletContext, change: ListChange): Promise<Record<GroupMember['kind'], ListChange>> {
  const of = async (names: readonly string[], kind: GroupMember['kind']) => {
    const members = await Promise.all(names.map((named) => findMember(context, named)))
    return members.flatMap((it) =>
      it.kind !== kind ? [] : [it.kind === 'group' ? it.group.guid : it.mailbox.externalDirectoryObjectId],
    )
  }
  const only = async (kind: GroupMember['kind']): Promise<ListChange> =>
    'replace' in change
      ? { replace: await of(change.replace, kind) }
      : { add: await of(change.add, kind), remove: await of(change.remove, kind) }
  return { mailbox: await only('mailbox'), group: await only('group') }
}

/** The values of parameters that are stored as given; undefined without any. */
export function settingsChangeFrom(
  parameters: CmdletParameters,
  given: Readonly<Record<string, unknown>>,
): SettingsChange | undefined {
  const change = Object.keys(parameters)
    .filter((name) => given[name] !== undefined)
    .map((name) => [name, given[name] as SettingValue | null] as const)
  return change.length > 0 ? Object.fromEntries(change) : undefined
}

/** Likewise, sizes and other numbers: `Unlimited` is as in the beginning. */
export function limitsFrom(
  parameters: CmdletParameters,
  given: Readonly<Record<string, unknown>>,
): SettingsChange | undefined {
  const change = settingsChangeFrom(parameters, given)
  return (
    change &&
    Object.fromEntries(
      Object.entries(change).map(([name, limit]) => [name, limit === Number.POSITIVE_INFINITY ? null : limit]),
    )
  )
}

/** Turns a change of a list of names into a change of a list of ids. */
export async function idsOf(
  change: ListChange,
  find: (named: string, how: 'comes' | 'goes') => Promise<string>,
): Promise<ListChange> {
  const ids = (names: readonly string[], how: 'comes' | 'goes') => Promise.all(names.map((named) => find(named, how)))
  if ('replace' in change) return { replace: await ids(change.replace, 'comes') }
  const remove = await ids(change.remove, 'goes')
  return { add: await ids(change.add, 'comes'), remove }
}
