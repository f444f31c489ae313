import type { Reader } from '../../../codecs/imap/reader.ts'
import { command } from '../command.ts'

/** RFC 5161 §3.1: what is not known is passed over. No extension that we have needs enabling. */
export const enable = command({
  name: 'ENABLE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 5161 §3.1',
  parse(reader: Reader): void {
    do reader.space().atom()
    while (reader.peek() === ' ')
  },
  async *run() {
    yield '* ENABLED\r\n'
  },
})
