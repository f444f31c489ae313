import type { User } from '../../domain/directory/types.ts'
import type { UserTokenClaims } from '../../domain/tokens/types.ts'

/** The capability of hearing that a token ended before its time. */
export const ENDS_EARLY = 'cp1'

/** Seconds: tokens say that they were issued five minutes before they were (contract/identity §2.4). */
const BACKDATED = 300

/** Whether the person has had a new password, or their sign-ins were revoked, since that moment. */
export const isOverSince = (moment: number, { passwordChanged, signInsRevoked }: User): boolean =>
  (passwordChanged !== undefined && moment < passwordChanged) ||
  (signInsRevoked !== undefined && moment <= signInsRevoked)

/** Whether a person's token is over although it is not expired: only that of a client that can hear of it. */
export const endedEarly = ({ iat, xms_cc: told }: Pick<UserTokenClaims, 'iat' | 'xms_cc'>, user: User): boolean =>
  told?.includes(ENDS_EARLY) === true && isOverSince((iat + BACKDATED) * 1000, user)
