import type { Cmdlet } from '../../cmdlet.ts'
import { getUser } from './get-user.ts'
import { setUser } from './set-user.ts'

export const peopleCmdlets: readonly Cmdlet[] = [getUser, setUser]
