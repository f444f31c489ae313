import type { Command } from '../command.ts'
import { apop } from './apop.ts'
import { auth } from './auth.ts'
import { capa } from './capa.ts'
import { dele } from './dele.ts'
import { list } from './list.ts'
import { noop } from './noop.ts'
import { pass } from './pass.ts'
import { quit } from './quit.ts'
import { retr } from './retr.ts'
import { rset } from './rset.ts'
import { stat } from './stat.ts'
import { stls } from './stls.ts'
import { top } from './top.ts'
import { uidl } from './uidl.ts'
import { user } from './user.ts'

/** Every verb, in the order in which CAPA announces them. */
const table: readonly Command[] = [
  top,
  uidl,
  stls,
  auth,
  user,
  pass,
  apop,
  capa(() => table),
  stat,
  list,
  retr,
  dele,
  rset,
  noop,
  quit,
]

export const commands: ReadonlyMap<string, Command> = new Map(table.map((it) => [it.name, it]))
