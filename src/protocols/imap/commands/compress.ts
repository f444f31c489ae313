import { DEFLATED_OCTETS } from '../../../core/deflated.ts'
import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'

export const compress = command({
  name: 'COMPRESS',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4978 §3',
  news: 'none',
  parse: (reader) => reader.space().word(),
  async run({ session }, algorithm) {
    const { wire, packing } = session
    if (algorithm !== 'DEFLATE') refuse('unsupported', 'Only DEFLATE is packed')
    if (wire.deflated) refuse('not-allowed', 'DEFLATE is active already', { code: 'COMPRESSIONACTIVE' })
    const release = packing.tryTakeAll(DEFLATED_OCTETS)
    if (!release) refuse('busy', 'There is no memory for that at the moment', { code: 'UNAVAILABLE' })
    session.holding(release)
    return { text: 'DEFLATE active.', after: () => wire.startDeflate() }
  },
})
