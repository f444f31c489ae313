import { urlKeyTable } from '../domain/mail/schema.ts'
import { keyTable } from '../domain/tokens/schema.ts'
import type { ExcludedKeys } from '../storage/sqlite/backup.ts'

/** The local authority and the server's certificate, and the administrator's credentials. */
const OWN_FILES = /^tls\/|^admin-client-/
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/
/** Settings that are secrets, with a value. */
const SECRET_SETTING =
  /^\s*["']?(?:\w+\.)?(?:master_key|previous_master_key|webhook_secret)["']?\s*:\s*(?!["']{2}\s*$)\S/m
/** The connection URI of a database, with a password. */
const PASSWORD_IN_URI = /\bpostgres(?:ql)?:\/\/[^\s/@]*:[^\s/@]+@/

/** The keys in a data directory. A server creates the ones that are missing. */
export const keys: ExcludedKeys = {
  tables: [keyTable, urlKeyTable],
  isKeyFile(path, content) {
    if (OWN_FILES.test(path)) return true
    const text = content.toString('latin1')
    return PRIVATE_KEY.test(text) || SECRET_SETTING.test(text) || PASSWORD_IN_URI.test(text)
  },
}
