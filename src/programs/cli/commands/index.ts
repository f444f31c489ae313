import type { Command } from '../invocation.ts'
import { advise } from './advise.ts'
import { backup } from './backup.ts'
import { explain } from './explain.ts'
import { exportMail } from './export.ts'
import { getCommand } from './get-command.ts'
import { importCommand } from './import.ts'
import { report } from './report.ts'
import { resetAdmin } from './reset-admin.ts'
import { restore } from './restore.ts'
import { serve } from './serve.ts'
import { token } from './token.ts'
import { upgradeProfile } from './upgrade-profile.ts'
import { verify } from './verify.ts'

/** Every command that is no cmdlet, but for `help`. */
export const commands: readonly Command[] = [
  serve,
  token,
  upgradeProfile,
  importCommand,
  exportMail,
  explain,
  advise,
  report,
  verify,
  backup,
  restore,
  resetAdmin,
  getCommand,
]
