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
    const { wire, packing, deps } = session
    if (algorithm !== 'DEFLATE') refuse('unsupported', 'Only DEFLATE is packed')
    if (wire.deflated) refuse('not-allowed', 'DEFLATE is active already', { code: 'COMPRESSIONACTIVE' })
    // A share is never more than the whole, so a budget that is too small for one has to be told apart.
    const release =
      deps.settings.compress_budget_octets < DEFLATED_OCTETS ? undefined : packing.tryTake(DEFLATED_OCTETS)
    if (!release) refuse('busy', 'There is no memory for that at the moment', { code: 'UNAVAILABLE' })
    void wire.over.then(release)
    return { text: 'DEFLATE active.', after: () => wire.startDeflate() }
  },
})
