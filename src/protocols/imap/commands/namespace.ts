import { command, nothing } from '../command.ts'
import { SEPARATOR } from '../listing/folder-name.ts'

export const namespace = command({
  name: 'NAMESPACE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2342 §5',
  parse: nothing,
  async *run() {
    yield `* NAMESPACE (("" "${SEPARATOR}")) NIL NIL\r\n`
  },
})
