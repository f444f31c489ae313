import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Quota } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { folderNamed, folderText, readFolderName } from '../listing/folder-name.ts'

/** A mailbox has one quota, over all its folders. */
const ROOT = ''
/** RFC 9208 §5.1: units of STORAGE. */
const UNIT = 1024

export const getQuota = command({
  name: 'GETQUOTA',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 9208 §4.1.1',
  does: ['quota'],
  parse: (reader) => reader.space().astring(),
  async *run({ state }, root) {
    refuseOther(root)
    yield quotaLine(await state.mailbox.quota()) ?? refuse('no-such-thing', 'The mailbox has no quota')
  },
})

export const getQuotaRoot = command({
  name: 'GETQUOTAROOT',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 9208 §4.1.2',
  does: ['quota'],
  parse: (reader, context) => readFolderName(reader.space(), context),
  async *run({ session, state }, path) {
    const folder = await folderNamed(state.mailbox, path)
    const line = quotaLine(await state.mailbox.quota())
    const name = folderText(folder.path, session.dialect)
    yield line === undefined ? `* QUOTAROOT ${name}\r\n` : `* QUOTAROOT ${name} "${ROOT}"\r\n${line}`
  },
})

export const setQuota = command({
  name: 'SETQUOTA',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 9208 §4.1.3',
  parse(reader) {
    const root = reader.space().astring()
    reader.space().list(() => readLimit(reader), 0)
    return root
  },
  async run(_, root) {
    refuseOther(root)
    refuse('not-allowed', 'Only an administrator can set quotas')
  },
})

function readLimit(reader: ImapReader): void {
  reader.atom()
  reader.space().number()
}

function refuseOther(root: string): void {
  if (root !== ROOT) refuse('no-such-thing', 'Unknown quota root')
}

/** RFC 9208 §4.2.1 `QUOTA`: lists the resources with a limit; undefined if none has one. */
function quotaLine({ used, limits }: Quota): string | undefined {
  const resources = [
    limits.octets === undefined ? '' : `STORAGE ${units(used.octets)} ${units(limits.octets)}`,
    limits.messages === undefined ? '' : `MESSAGE ${used.messages} ${limits.messages}`,
  ].filter((resource) => resource !== '')
  return resources.length === 0 ? undefined : `* QUOTA "${ROOT}" (${resources.join(' ')})\r\n`
}

const units = (octets: number): number => Math.ceil(octets / UNIT)
