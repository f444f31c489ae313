import type { Command } from '../invocation.ts'
import { explain } from './explain.ts'
import { exportMail } from './export.ts'
import { importMail } from './import.ts'
import { resetAdmin } from './reset-admin.ts'
import { token } from './token.ts'

/** Every command that is no cmdlet, but for `serve` and `help`. */
export const commands: readonly Command[] = [token, importMail, exportMail, explain, resetAdmin]
