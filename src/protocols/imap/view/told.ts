import type { Mailbox } from '../../../domain/mail/types.ts'
import { type Telling, tellNews } from './news.ts'
import type { Reply } from '../reply/reply.ts'
import type { Session } from '../conversation/session.ts'
import type { Selected } from '../state.ts'

/** What the client is told now of the selected folder, and of the searches of it that are kept up to date. */
export async function* told(
  session: Session,
  mailbox: Mailbox,
  selected: Selected,
  telling: Omit<Telling, 'dialect'>,
): AsyncGenerator<Reply> {
  const { contexts } = selected
  const news = (): Uint8Array => tellNews(selected, { dialect: session.dialect, ...telling })
  if (!contexts.any) yield news()
  else {
    contexts.speak(session.dialect)
    // RFC 5267 §4.3.4: before the EXPUNGE, as long as numbers are good. In one go: no change can come between.
    yield [octets(contexts.removed()), news()]
    // RFC 5267 §4.3.3: numbers are good from the EXISTS on.
    await contexts.look({ mailbox, ...selected }, session)
    yield octets(contexts.changed())
  }
}

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1')
