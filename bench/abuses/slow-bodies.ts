import type { Abuse } from './abuse.ts'
import { lanes } from './lanes.ts'
import { Talk } from './talk.ts'

const ANNOUNCED = 1_000_000
const ARRIVES = 64_000
const DRIP_EVERY = 5000

/** Requests to Graph with large bodies that do not arrive, without a token or with one that is none. */
export const slowBodies: Abuse = ({ places, volume }, tally) =>
  lanes(tally, { count: volume.bodies, between: 5000 }, async (lane, accepted) => {
    const talk = new Talk(places.https)
    const authorization = lane % 2 === 0 ? '' : 'Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl\r\n'
    talk.say(
      `POST /v1.0/users HTTP/1.1\r\nHost: localhost:${places.https.port}\r\n${authorization}` +
        `Content-Type: application/json\r\nContent-Length: ${ANNOUNCED}\r\n\r\n{"displayName":"${'x'.repeat(ARRIVES)}`,
    )
    const drip = setInterval(() => talk.say('x'), DRIP_EVERY)
    const answered = talk.hear(/^HTTP/m).then((status) => status !== undefined)
    const held = await Promise.race([answered.then(() => false), heldFor(500)])
    if (held) accepted()
    await Promise.race([answered, talk.closed])
    clearInterval(drip)
    talk.drop()
  })

const heldFor = (milliseconds: number): Promise<boolean> =>
  new Promise((resolve) => setTimeout(() => resolve(true), milliseconds))
