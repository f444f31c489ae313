import type { Command } from '../../command.ts'
import { getUser } from './get-user.ts'
import { setUser } from './set-user.ts'

export const peopleCommands: readonly Command[] = [getUser, setUser]
