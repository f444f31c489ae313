import type { PasswordCheck, User } from '../../domain/directory/types.ts'
import { enableUser, listUsers, printable, replacePassword } from '../records/command-line.ts'
import { failed, type CheckResult, passed } from './check.ts'

/** The result of the password check, or why the password was not checked. */
export type Checked = PasswordCheck | 'digest'

/** The user exists, is neither locked nor disabled, and the password is correct. */
export function judgePassword(checked: Checked, name: string): CheckResult {
  const given = printable(name)
  if (checked === 'digest')
    return failed('The client sent a digest of the password, which cannot be compared with the stored hash.')
  if (!checked.ok) {
    const { because, user } = checked
    return because === 'unknown' || !user ? failed(`There is no user ${given}.`, listUsers()) : refusals[because](user)
  }
  const { user, mustChange } = checked
  return mustChange
    ? failed(`The password of the user ${user.userPrincipalName} (${user.id}) must be changed before it can be used.`)
    : passed(`The password of the user ${user.userPrincipalName} (${user.id}) is correct, and the user is enabled.`)
}

type Because = Exclude<Extract<PasswordCheck, { ok: false }>['because'], 'unknown'>

const refusals: Readonly<Record<Because, (user: User) => CheckResult>> = {
  wrong: ({ userPrincipalName: upn, id }) =>
    failed(`The password of the user ${upn} (${id}) is wrong.`, replacePassword(id)),
  locked: ({ userPrincipalName: upn, id }) =>
    failed(`The user ${upn} (${id}) is locked for some time after too many wrong passwords.`),
  disabled: ({ userPrincipalName: upn, id }) => failed(`The user ${upn} (${id}) is disabled.`, enableUser(id)),
  'no-password': ({ userPrincipalName: upn, id }) =>
    failed(`The user ${upn} (${id}) has no password.`, replacePassword(id)),
}

/** docs/reference/identity.md §8.2: the error code of the token service for the same password. */
export function errorCodeOf(checked: Checked): number {
  if (checked === 'digest') return 50126
  if (checked.ok) return checked.mustChange ? 50055 : 0
  return checked.because === 'locked' ? 50053 : checked.because === 'disabled' ? 50057 : 50126
}
