import type { Command } from '../invocation.ts'
import { explain } from './explain.ts'
import { exportMail } from './export.ts'
import { importMail } from './import.ts'
import { resetAdmin } from './reset-admin.ts'
import { serve } from './serve.ts'
import { token } from './token.ts'

/** Every command that is no cmdlet, but for `help`. */
export const commands: readonly Command[] = [serve, token, importMail, exportMail, explain, resetAdmin]
