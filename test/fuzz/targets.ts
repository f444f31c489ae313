import { openHttp } from './http-target.ts'
import { openImap } from './imap-target.ts'
import { openMime } from './mime-target.ts'
import { openPop3 } from './pop3-target.ts'
import { openSmtp } from './smtp-target.ts'
import type { OpenTarget } from './target.ts'

export const targets: Readonly<Record<string, OpenTarget>> = {
  http: openHttp,
  imap: openImap,
  mime: openMime,
  pop3: openPop3,
  smtp: openSmtp,
}
