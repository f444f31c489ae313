import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'

/** Ends the updates of searches, or of none where one of them is not kept up to date. */
export const cancelUpdate = command({
  name: 'CANCELUPDATE',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 5267 §4.3.5',
  parse(reader) {
    const tags: string[] = []
    do tags.push(reader.space().quoted())
    while (reader.peek() === ' ')
    return tags
  },
  async run({ state }, tags) {
    const { contexts } = state.selected
    if (!tags.every((tag) => contexts.has(tag))) refuse('unsupported', 'There is no such search')
    for (const tag of tags) contexts.end(tag)
  },
})
